package org.narrowbert.model.task.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.Shown;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.table.Table;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.TaskKind;

/**
 * Tables with a text, what may follow it, and the number of the right one, from 0; SWAG's columns unless others are named.
 *
 * @param text column of the text
 * @param begin column of what all choices begin with; empty where there is none
 * @param choices columns of the choices
 * @param label column of the right choice's number
 */
public record ChoiceTable(String text, Optional<String> begin, List<String> choices, String label)
        implements ExampleFormat {
    /** SWAG as it is distributed. */
    public static ChoiceTable swag() {
        return new ChoiceTable(
                "sent1", Optional.of("sent2"), List.of("ending0", "ending1", "ending2", "ending3"), TableColumns.LABEL);
    }

    @Override
    public LabelledSet<ChoiceExample> read(Path source, LabelNames labels, boolean labelled) {
        List<ChoiceExample> examples = new ArrayList<>();
        try (Table table = Table.open(source)) {
            boolean hasLabel = table.columns().contains(label);
            List<String> chosen = new ArrayList<>(List.of(text));
            begin.ifPresent(chosen::add);
            chosen.addAll(choices);
            if (hasLabel || labelled) {
                chosen.add(label);
            }
            table.choose(chosen);
            for (Optional<List<Cell>> row = table.next(); row.isPresent(); row = table.next()) {
                examples.add(example(row.get(), hasLabel, labelled, table));
            }
        }
        if (examples.isEmpty()) {
            throw new RunError(source + " has no example: name a file with rows");
        }
        return new LabelledSet<>(source, TaskKind.MULTIPLE_CHOICE, List.of(), examples, List.of());
    }

    private ChoiceExample example(List<Cell> row, boolean hasLabel, boolean labelled, Table table) {
        int first = begin.isPresent() ? 2 : 1;
        String prefix = begin.isPresent() ? string(row.get(1)) : "";
        List<String> texts = row.subList(first, first + choices.size()).stream()
                .map(ChoiceTable::string)
                .map(choice -> prefix.isEmpty() ? choice : prefix + " " + choice)
                .toList();
        OptionalInt right = hasLabel ? right(string(row.getLast()), table) : OptionalInt.empty();
        if (right.isEmpty() && labelled) {
            throw new RunError(table.where() + " has no label: every row to learn from or to measure on must have one");
        }
        return new ChoiceExample(string(row.getFirst()), texts, right);
    }

    private OptionalInt right(String number, Table table) {
        if (number.isBlank() || number.strip().equals("-1")) {
            return OptionalInt.empty();
        }
        if (!number.strip().matches("\\d{1,4}") || Integer.parseInt(number.strip()) >= choices.size()) {
            throw new RunError(table.where() + " has the label '" + Shown.of(number)
                    + "', where the number of a choice belongs, " + "from 0 to " + (choices.size() - 1) + ": mend it");
        }
        return OptionalInt.of(Integer.parseInt(number.strip()));
    }

    private static String string(Cell cell) {
        return switch (cell) {
            case Cell.One(String text) -> text;
            case Cell.Many(List<String> texts) -> String.join(" ", texts);
            case Cell.None _ -> "";
        };
    }
}
