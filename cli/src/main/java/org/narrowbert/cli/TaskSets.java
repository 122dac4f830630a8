package org.narrowbert.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.finetuning.ExampleEncoder;
import org.narrowbert.model.finetuning.TaskSample;
import org.narrowbert.model.task.Example;
import org.narrowbert.model.task.LabelledSet;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.TaskFiles;

/**
 * A task's sets as text and as samples.
 *
 * @param training what is learned from
 * @param validation what is measured on, by name; the first decides. Empty where there is none
 */
record TaskSets(Part training, List<Part> validation) {
    /**
     * One set.
     *
     * @param name for logs and files
     * @param set as text
     * @param samples as token ids
     */
    record Part(String name, LabelledSet<?> set, List<TaskSample> samples) {}

    /**
     * Reads and encodes a task's sets; a set without examples is refused.
     *
     * @param files of the task's folder
     * @param notices told what a user should know of the reading
     * @throws UserError when nothing says what to learn from
     * @throws RunError when a file cannot be read or is not the task's
     */
    static TaskSets read(
            Task task, TaskFiles files, FineTuneOptions options, ExampleEncoder encoder, Consumer<String> notices) {
        Path train = options.trainFile()
                .or(files::train)
                .orElseThrow(() -> new UserError("there is nothing to train on: name a --train-file, or a --task-name"
                        + " with a --data-dir that has its training file"));
        LabelledSet<?> training = limited(notified(task.read(train), notices), options.maxTrainSamples());
        List<TaskFiles.Part> parts = options.validationFile()
                .map(file -> List.of(new TaskFiles.Part("validation", file)))
                .orElse(files.validation());
        return new TaskSets(
                learnable(part("train", training, encoder)),
                parts.stream()
                        .map(part -> part(
                                part.name(),
                                limited(
                                        notified(task.read(part.path(), training.labels()), notices),
                                        options.maxEvalSamples()),
                                encoder))
                        .toList());
    }

    private static LabelledSet<?> notified(LabelledSet<?> set, Consumer<String> notices) {
        set.notes().forEach(notices);
        return set;
    }

    /** The samples that there is something to learn from. */
    private static Part learnable(Part part) {
        List<TaskSample> known =
                part.samples().stream().filter(TaskSample::hasTarget).toList();
        if (known.isEmpty()) {
            throw new RunError(part.set().source() + " has no example that can be learned from");
        }
        return new Part(part.name(), part.set(), known);
    }

    static Part part(String name, LabelledSet<?> set, ExampleEncoder encoder) {
        if (set.examples().isEmpty()) {
            throw new RunError(set.source() + " has no examples");
        }
        return new Part(name, set, encoder.encode(set));
    }

    /** The first examples of a set. */
    static LabelledSet<?> limited(LabelledSet<?> set, OptionalInt most) {
        return most.isPresent() && most.getAsInt() < set.examples().size() ? first(set, most.getAsInt()) : set;
    }

    private static <E extends Example> LabelledSet<E> first(LabelledSet<E> set, int count) {
        return set.with(set.examples().subList(0, count));
    }

    /** The set that decides, where there is one. */
    Optional<Part> deciding() {
        return validation.stream().findFirst();
    }
}
