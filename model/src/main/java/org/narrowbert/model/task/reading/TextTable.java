package org.narrowbert.model.task.reading;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.table.Table;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;

/**
 * Tables of texts by the names of their columns, in CSV, TSV, JSON Lines or Parquet; or a folder that has a folder of texts for each label.
 *
 * @param kind single label, multi-label or regression
 * @param columns which hold what
 */
public record TextTable(TaskKind kind, TableColumns columns) implements ExampleFormat {
    private static final List<String> USUAL_TEXTS = List.of("sentence1", "sentence", "text");
    private static final String USUAL_SECOND = "sentence2";

    @Override
    public LabelledSet<TextExample> read(Path source, LabelNames labels, boolean labelled) {
        if (Files.isDirectory(source)) {
            return new LabelFolders(List.of(), false).read(source, labels, labelled);
        }
        ReadingCounts counts = new ReadingCounts();
        TextCollector collector = new TextCollector(source, kind, labels, labelled, columns.labelSeparator());
        try (Table table = Table.open(source)) {
            String text = text(table, source);
            Optional<String> second = second(table, text);
            boolean hasLabel = table.columns().contains(columns.label());
            if (hasLabel && kind != TaskKind.REGRESSION) {
                labels.numbersMean(table.classNames(columns.label()));
            }
            List<String> chosen = new ArrayList<>(List.of(text));
            second.ifPresent(chosen::add);
            if (hasLabel || labelled) {
                chosen.add(columns.label());
            }
            table.choose(chosen);
            for (Optional<List<Cell>> row = table.next(); row.isPresent(); row = table.next()) {
                List<Cell> cells = row.get();
                collector.add(
                        string(cells.getFirst(), text, table),
                        second.map(name -> string(cells.get(1), name, table)),
                        hasLabel ? cells.getLast() : new Cell.None(),
                        table.where());
            }
        }
        if (labels.countedByNumber()) {
            counts.tell(source + " has numbers for labels: 0 is taken as "
                    + labels.sorted().getFirst() + ", and so on.");
        }
        return collector.finish(counts);
    }

    private String text(Table table, Path source) {
        return columns.text()
                .orElseGet(() -> USUAL_TEXTS.stream()
                        .filter(table.columns()::contains)
                        .findFirst()
                        .orElseThrow(() -> new RunError(source + " has no column " + String.join(", ", USUAL_TEXTS)
                                + ", its columns are " + table.shown()
                                + ": name the column with the text with --text-column")));
    }

    private Optional<String> second(Table table, String text) {
        boolean usual = columns.text().isEmpty()
                && text.equals(USUAL_TEXTS.getFirst())
                && table.columns().contains(USUAL_SECOND);
        return columns.second().or(() -> usual ? Optional.of(USUAL_SECOND) : Optional.empty());
    }

    private static String string(Cell cell, String column, Table table) {
        return switch (cell) {
            case Cell.One(String value) -> value;
            case Cell.Many _ ->
                throw new RunError(table.where() + " has a list in its column '" + column
                        + "', where a text belongs: name another column");
            case Cell.None _ ->
                throw new RunError(table.where() + " has no text in its column '" + column
                        + "': every row must have one, which may be empty");
        };
    }
}
