package org.narrowbert.model.task.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.Shown;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;

/** Makes examples of texts and of what stands in the field of their label. Equal targets are one object. For one reading. */
final class TextCollector {
    /** What test sets have for a label in some distributions. */
    private static final String NONE = "-1";

    private static final Target UNKNOWN = new Target.Unknown();

    private final Path source;
    private final TaskKind kind;
    private final LabelNames labels;
    private final boolean labelled;
    private final Optional<Pattern> separator;
    private final List<TextExample> examples = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();

    /**
     * No example yet.
     *
     * @param separator what stands between several labels in one field
     */
    TextCollector(Path source, TaskKind kind, LabelNames labels, boolean labelled, Optional<String> separator) {
        this.source = source;
        this.kind = kind;
        this.labels = labels;
        this.labelled = labelled;
        this.separator = separator.map(Pattern::quote).map(Pattern::compile);
    }

    /**
     * Takes an example.
     *
     * @param where file and line, for an error message
     */
    void add(String text, Optional<String> second, Cell label, String where) {
        Optional<Target> target = target(label, where);
        if (target.isEmpty() && labelled) {
            throw new RunError(where + " has no label: every row to learn from or to measure on must have one");
        }
        examples.add(new TextExample(text, second, target.orElse(UNKNOWN)));
    }

    private Optional<Target> target(Cell label, String where) {
        return switch (kind) {
            case SINGLE_LABEL -> one(label, where).map(name -> label(labels.number(labels.meant(name), where)));
            case REGRESSION -> one(label, where).map(number -> value(number, where));
            case MULTI_LABEL ->
                several(label)
                        .map(names -> new Target.Labels(names.stream()
                                .map(name -> labels.number(labels.meant(name), where))
                                .distinct()
                                .sorted()
                                .toList()));
            case TOKEN_LABELS, MULTIPLE_CHOICE, QUESTION_ANSWERING ->
                throw new IllegalStateException("texts of " + kind);
        };
    }

    private Optional<String> one(Cell label, String where) {
        return switch (label) {
            case Cell.One(String text) -> {
                String name = text.strip();
                boolean none = kind == TaskKind.SINGLE_LABEL && !labelled && name.equals(NONE) && !labels.has(NONE);
                yield none || name.isEmpty() ? Optional.empty() : Optional.of(name);
            }
            case Cell.None() -> Optional.empty();
            case Cell.Many(List<String> values)
            when values.size() == 1 -> Optional.of(values.getFirst().strip());
            case Cell.Many(List<String> values) ->
                throw new RunError(where + " has " + values.size() + " labels, and the task is of one: "
                        + "say that it is of several");
        };
    }

    private Optional<List<String>> several(Cell label) {
        return switch (label) {
            case Cell.One(String text) ->
                Optional.of(separator
                        .map(one -> one.splitAsStream(text))
                        .orElseGet(() -> Stream.of(text))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList());
            case Cell.None() -> Optional.empty();
            case Cell.Many(List<String> values) ->
                Optional.of(values.stream().map(String::strip).toList());
        };
    }

    private Target label(int number) {
        while (targets.size() <= number) {
            targets.add(new Target.Label(targets.size()));
        }
        return targets.get(number);
    }

    private static Target value(String number, String where) {
        try {
            double value = Double.parseDouble(number);
            if (Double.isFinite(value)) {
                return new Target.Value(value);
            }
        } catch (NumberFormatException error) {
            // Told below.
        }
        throw new RunError(
                where + " has the label '" + Shown.of(number) + "' where a number belongs: mend it, or learn labels");
    }

    /** The examples, by the sorted labels. */
    LabelledSet<TextExample> finish(ReadingCounts counts) {
        if (examples.isEmpty()) {
            throw new RunError(source + " has no example: name a file with rows");
        }
        int[] order = labels.order();
        if (!isSorted(order)) {
            examples.replaceAll(
                    example -> new TextExample(example.text(), example.second(), ordered(example.target(), order)));
        }
        List<String> names = kind == TaskKind.REGRESSION ? List.of() : labels.sorted();
        return new LabelledSet<>(source, kind, names, examples, counts.sentences());
    }

    private static boolean isSorted(int[] order) {
        int[] sorted = order.clone();
        Arrays.sort(sorted);
        return Arrays.equals(order, sorted);
    }

    private Target ordered(Target target, int[] order) {
        return switch (target) {
            case Target.Label(int number) -> label(order[number]);
            case Target.Labels(List<Integer> present) ->
                new Target.Labels(
                        present.stream().map(number -> order[number]).sorted().toList());
            case Target.Value _, Target.Unknown _ -> target;
        };
    }
}
