package org.narrowbert.model.task.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.table.Header;
import org.narrowbert.model.table.RaggedRow;
import org.narrowbert.model.table.Table;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;

/**
 * GLUE's files of tab-separated fields, whose quotes are text. Labels are names, or numbers that are their indices.
 *
 * @param kind single label or regression
 * @param text column of the text
 * @param second column of the second text
 * @param label column of the label, which test files lack
 * @param headless columns of files that have no line of names
 * @param shortRows whether rows with too few fields, which the distribution has, are left out of what is learned from or measured on
 */
public record GlueFormat(
        TaskKind kind,
        String text,
        Optional<String> second,
        String label,
        Optional<Headless> headless,
        boolean shortRows)
        implements ExampleFormat {
    /** MultiNLI's label of pairs on which people did not agree. */
    private static final String NO_CONSENSUS = "-";

    /**
     * Files without a line of names.
     *
     * @param first what their first line is like
     * @param columns what their fields are
     * @param note what to tell of them; empty for nothing
     */
    public record Headless(Predicate<List<String>> first, List<String> columns, String note) {}

    /**
     * Pairs of texts.
     *
     * @param text name of the first text's column
     * @param second name of the second's
     * @param label name of the label's
     */
    public GlueFormat(TaskKind kind, String text, String second, String label) {
        this(kind, text, Optional.of(second), label, Optional.empty(), false);
    }

    /**
     * Single texts with labels.
     *
     * @param headless how a file without a line of names is known
     */
    public static GlueFormat ofOneText(String text, String label, Headless headless) {
        return new GlueFormat(TaskKind.SINGLE_LABEL, text, Optional.empty(), label, Optional.of(headless), false);
    }

    /** The same where rows with too few fields are left out and counted, as QQP has them. */
    public GlueFormat leavingOutShortRows() {
        return new GlueFormat(kind, text, second, label, headless, true);
    }

    @Override
    public LabelledSet<TextExample> read(Path source, LabelNames labels, boolean labelled) {
        ReadingCounts counts = new ReadingCounts();
        TextCollector collector = new TextCollector(source, kind, labels, labelled, Optional.empty());
        try (Table table =
                Table.tabSeparated(source, fields -> header(fields, source, counts), ragged(counts, labelled))) {
            boolean hasLabel = table.columns().contains(label);
            List<String> chosen = new ArrayList<>(List.of(text));
            second.ifPresent(chosen::add);
            if (hasLabel || labelled) {
                chosen.add(label);
            }
            table.choose(chosen);
            for (Optional<List<Cell>> row = table.next(); row.isPresent(); row = table.next()) {
                List<Cell> cells = row.get();
                Cell target = hasLabel ? cells.getLast() : new Cell.None();
                boolean isOpen = target.equals(new Cell.One(NO_CONSENSUS));
                if (isOpen && labelled) {
                    counts.count("pairs without a label (-) were left out", table.where());
                } else {
                    collector.add(
                            string(cells.getFirst()),
                            second.map(_ -> string(cells.get(1))),
                            isOpen ? new Cell.None() : target,
                            table.where());
                }
            }
        }
        return collector.finish(counts);
    }

    private Header header(List<String> fields, Path source, ReadingCounts counts) {
        if (headless.isEmpty()
                || fields.contains(text)
                || !headless.get().first().test(fields)) {
            return Header.names(fields);
        }
        if (!headless.get().note().isEmpty()) {
            counts.tell(source + headless.get().note());
        }
        return new Header(headless.get().columns(), true);
    }

    /** Of examples to predict none is left out: predictions are told apart by the numbers of their rows. */
    private RaggedRow ragged(ReadingCounts counts, boolean labelled) {
        return (where, fields, columns) -> {
            if (!shortRows || !labelled || fields > columns) {
                RaggedRow.REFUSED.met(where, fields, columns);
            }
            counts.count("rows with too few fields were left out", where);
        };
    }

    private static String string(Cell cell) {
        return switch (cell) {
            case Cell.One(String value) -> value;
            case Cell.Many _, Cell.None _ -> throw new RunError("a field of tab-separated text is one text");
        };
    }
}
