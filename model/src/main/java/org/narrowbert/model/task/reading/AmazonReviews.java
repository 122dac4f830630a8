package org.narrowbert.model.task.reading;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.Shown;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.table.Table;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;

/**
 * Reviews with stars, in any kind of table: title and body are a pair of texts.
 *
 * @param classes 5 for the stars, or 2 for fewer and more than three stars, those of three left out where stars are learned from or measured on
 */
public record AmazonReviews(int classes) implements ExampleFormat {
    private static final List<String> STARS = List.of("stars", "star_rating", "rating", "overall");
    private static final List<String> TITLES = List.of("review_title", "review_headline", "title", "summary");
    private static final List<String> BODIES = List.of("review_body", "body", "text", "reviewText", "content");
    private static final int NEITHER = 3;

    @Override
    public LabelledSet<TextExample> read(Path source, LabelNames labels, boolean labelled) {
        ReadingCounts counts = new ReadingCounts();
        TextCollector collector = new TextCollector(source, TaskKind.SINGLE_LABEL, labels, labelled, Optional.empty());
        try (Table table = Table.open(source)) {
            String title = column(table, source, TITLES, "title");
            String body = column(table, source, BODIES, "body");
            boolean hasStars = labelled || STARS.stream().anyMatch(table.columns()::contains);
            table.choose(hasStars ? List.of(title, body, column(table, source, STARS, "stars")) : List.of(title, body));
            for (Optional<List<Cell>> row = table.next(); row.isPresent(); row = table.next()) {
                Optional<Integer> stars = hasStars ? stars(row.get().getLast(), table) : Optional.empty();
                boolean isNeither = classes == 2 && stars.equals(Optional.of(NEITHER));
                if (isNeither && labelled) {
                    counts.count("reviews of three stars were left out", table.where());
                } else {
                    // Of reviews to predict none is left out: predictions are told apart by the numbers of their rows.
                    Cell label = stars.filter(_ -> !isNeither)
                            .<Cell>map(count -> new Cell.One(String.valueOf(index(count))))
                            .orElseGet(Cell.None::new);
                    collector.add(
                            string(row.get().getFirst()),
                            Optional.of(string(row.get().get(1))),
                            label,
                            table.where());
                }
            }
        }
        return collector.finish(counts);
    }

    private int index(int stars) {
        return classes == 2 ? (stars > NEITHER ? 1 : 0) : stars;
    }

    private static String column(Table table, Path source, List<String> names, String what) {
        return names.stream()
                .filter(table.columns()::contains)
                .findFirst()
                .orElseThrow(() -> new RunError(source + " has no column of the review's " + what + " ("
                        + String.join(", ", names) + "), its columns are " + table.shown()
                        + ": name a file of reviews, or give the columns' names without a task's"));
    }

    private static Optional<Integer> stars(Cell cell, Table table) {
        return switch (cell) {
            case Cell.One(String text) when text.isBlank() -> Optional.empty();
            case Cell.One(String text)
            when text.strip().matches("[1-5](\\.0+)?") ->
                Optional.of(text.strip().charAt(0) - '0');
            case Cell.One(String text) ->
                throw new RunError(table.where() + " has '" + Shown.of(text)
                        + "' stars, where a whole number from 1 to 5 belongs: " + "mend it");
            case Cell.Many _ -> throw new RunError(table.where() + " has a list of stars: mend it");
            case Cell.None _ -> Optional.empty();
        };
    }

    /** A review without title or body has an empty one. */
    private static String string(Cell cell) {
        return switch (cell) {
            case Cell.One(String text) -> text;
            case Cell.Many(List<String> texts) -> String.join(" ", texts);
            case Cell.None _ -> "";
        };
    }
}
