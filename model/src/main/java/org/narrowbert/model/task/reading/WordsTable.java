package org.narrowbert.model.task.reading;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.DocumentFile;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.table.Table;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.WordsExample;

/**
 * Labelled words: tables with a list of words and one of labels a row, in JSON Lines or Parquet; every other file as CoNLL's columns.
 *
 * @param columns of tables
 */
public record WordsTable(WordColumns columns) implements ExampleFormat {
    private static final List<String> USUAL_WORDS = List.of("tokens", "words");
    private static final List<String> USUAL_LABELS = List.of("ner_tags", "tags", "labels");

    @Override
    public LabelledSet<WordsExample> read(Path source, LabelNames names, boolean labelled) {
        if (!Table.isTable(source) || isTabSeparated(source)) {
            return new ConllColumns().read(source, names, labelled);
        }
        WordsCollector collector = new WordsCollector(source, names, labelled);
        ReadingCounts counts = new ReadingCounts();
        try (Table table = Table.open(source)) {
            String wordColumn = column(table, columns.words(), USUAL_WORDS);
            String labelColumn = column(table, columns.labels(), USUAL_LABELS);
            boolean hasLabels = table.columns().contains(labelColumn);
            if (hasLabels) {
                names.numbersMean(table.classNames(labelColumn));
            }
            table.choose(hasLabels || labelled ? List.of(wordColumn, labelColumn) : List.of(wordColumn));
            for (Optional<List<Cell>> row = table.next(); row.isPresent(); row = table.next()) {
                List<String> sentence = list(row.get().getFirst(), wordColumn, table);
                List<String> tags = hasLabels ? list(row.get().getLast(), labelColumn, table) : List.of();
                if (!tags.isEmpty() && tags.size() != sentence.size()) {
                    throw new RunError(table.where() + " has " + sentence.size() + " words and " + tags.size()
                            + " labels: each word must have one, mend the row");
                }
                if (sentence.isEmpty()) {
                    counts.count(
                            "rows without words were left out, and the others numbered without them", table.where());
                } else {
                    collector.add(sentence, tags, 0, table.where());
                }
            }
        }
        return collector.finish(counts);
    }

    /** Columns that a tab separates are CoNLL's, as WNUT has them. */
    private static boolean isTabSeparated(Path source) {
        String name = DocumentFile.of(source).name();
        return name.endsWith(".tsv") || name.endsWith(".tab");
    }

    private static String column(Table table, Optional<String> named, List<String> usual) {
        return named.orElseGet(() ->
                usual.stream().filter(table.columns()::contains).findFirst().orElse(usual.getFirst()));
    }

    private static List<String> list(Cell cell, String column, Table table) {
        return switch (cell) {
            case Cell.Many(List<String> values) -> values;
            case Cell.None _ -> List.of();
            case Cell.One _ ->
                throw new RunError(table.where() + " has one value in its column '" + column
                        + "', where a list belongs: words and labels are lists");
        };
    }
}
