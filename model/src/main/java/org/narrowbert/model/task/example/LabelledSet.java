package org.narrowbert.model.task.example;

import java.nio.file.Path;
import java.util.List;

/**
 * The examples of one file or folder.
 *
 * @param source where they were read
 * @param kind what is predicted of them
 * @param labels names of the labels, by which examples count; empty where nothing is labelled by names
 * @param examples in their file's order; all of the kind's class
 * @param notes what a user should know of the reading, one sentence each; mostly none
 */
public record LabelledSet<E extends Example>(
        Path source, TaskKind kind, List<String> labels, List<E> examples, List<String> notes) {
    public LabelledSet {
        labels = List.copyOf(labels);
        examples = List.copyOf(examples);
        notes = List.copyOf(notes);
    }

    /**
     * The same set, for code that knows what its kind's examples are.
     *
     * @throws IllegalArgumentException if they are of another class
     */
    public <T extends Example> LabelledSet<T> of(Class<T> type) {
        for (E example : examples) {
            if (!type.isInstance(example)) {
                throw new IllegalArgumentException(
                        "a set of " + example.getClass().getSimpleName() + " is no set of " + type.getSimpleName());
            }
        }
        return new LabelledSet<>(
                source, kind, labels, examples.stream().map(type::cast).toList(), notes);
    }

    /** The same labels and source, with other examples: a part of them, or in another order. */
    public LabelledSet<E> with(List<E> others) {
        return new LabelledSet<>(source, kind, labels, others, notes);
    }
}
