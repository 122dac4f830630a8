package org.narrowbert.cli.finetune;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.finetuning.ExampleEncoder;
import org.narrowbert.model.finetuning.TaskResults;
import org.narrowbert.model.finetuning.TaskSample;
import org.narrowbert.model.task.Division;
import org.narrowbert.model.task.Example;
import org.narrowbert.model.task.LabelledSet;
import org.narrowbert.model.task.Majority;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.TaskFiles;

/**
 * A task's sets as text and as samples.
 *
 * @param training what is learned from
 * @param validation what is measured on, by name; the first decides. Empty where there is none
 * @param test what is measured on once, in the end; empty where there is none
 */
record TaskSets(Part training, List<Part> validation, Optional<Part> test) {
    /** Percentage of each part of a set that a task brings along in one piece. */
    private static final double EMBEDDED_PART = 10;

    private static final String VALIDATION = "validation";

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
            Task task, TaskFiles files, TaskDataOptions options, ExampleEncoder encoder, Consumer<String> notices) {
        Path train = trainFile(files, options);
        Optional<SplitOptions> split = options.split(task.embedded().isPresent());
        LabelledSet<?> training = notified(task.read(train), notices);
        if (split.isPresent()) {
            return divided(training, split.get(), options, encoder, notices);
        }
        List<TaskFiles.Part> parts = options.validationFile()
                .map(file -> List.of(new TaskFiles.Part(VALIDATION, file)))
                .orElse(files.validation());
        return of(
                training,
                parts.stream()
                        .map(part ->
                                new Named(part.name(), notified(task.read(part.path(), training.labels()), notices)))
                        .toList(),
                options.testFile()
                        .map(file ->
                                new Named(TaskResults.TEST, notified(task.read(file, training.labels()), notices))),
                options,
                encoder,
                notices);
    }

    /**
     * The file to learn from.
     *
     * @param files of the task's folder
     * @throws UserError when nothing says what to learn from
     */
    static Path trainFile(TaskFiles files, TaskDataOptions options) {
        return options.trainFile()
                .or(files::train)
                .orElseThrow(() -> new UserError("there is nothing to train on: name a --train-file, or a --task-name"
                        + " with a --data-dir that has its training file"));
    }

    /** A set by its name. */
    private record Named(String name, LabelledSet<?> set) {
        boolean isEmpty() {
            return set.examples().isEmpty();
        }
    }

    private static TaskSets divided(
            LabelledSet<?> all,
            SplitOptions split,
            TaskDataOptions options,
            ExampleEncoder encoder,
            Consumer<String> notices) {
        Division<?> division = split.divide(all, EMBEDDED_PART);
        notices.accept(all.source() + " " + split.text(division));
        Named validation = new Named(VALIDATION, division.validation());
        return of(
                division.train(),
                validation.isEmpty() ? List.of() : List.of(validation),
                Optional.of(new Named(TaskResults.TEST, division.test())).filter(test -> !test.isEmpty()),
                options,
                encoder,
                notices);
    }

    private static TaskSets of(
            LabelledSet<?> training,
            List<Named> validation,
            Optional<Named> test,
            TaskDataOptions options,
            ExampleEncoder encoder,
            Consumer<String> notices) {
        Function<Named, Part> encoded =
                one -> part(one.name(), limited(one.set(), options.maxEvalSamples()), encoder, notices);
        return new TaskSets(
                learnable(part("train", limited(training, options.maxTrainSamples()), encoder, notices)),
                validation.stream().map(encoded).toList(),
                test.map(encoded));
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

    /**
     * Encodes a set.
     *
     * @param notices told how many texts were cut
     * @throws RunError when it has no examples
     */
    static Part part(String name, LabelledSet<?> set, ExampleEncoder encoder, Consumer<String> notices) {
        if (set.examples().isEmpty()) {
            throw new RunError(set.source() + " has no examples");
        }
        List<TaskSample> samples = encoder.encode(set);
        encoder.cutNote(samples).ifPresent(note -> notices.accept(name + ": " + note));
        return new Part(name, set, samples);
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

    /** All sets that are measured on. */
    List<Part> measured() {
        return Stream.concat(validation.stream(), test.stream()).toList();
    }

    /** The samples of what is measured on: those of the set that decides, or none, and of all others. */
    List<List<TaskSample>> measuredSamples() {
        List<List<TaskSample>> samples = new ArrayList<>();
        if (validation.isEmpty()) {
            samples.add(List.of());
        }
        measured().forEach(part -> samples.add(part.samples()));
        return samples;
    }

    /** The samples of all sets: to learn from, and to measure on. */
    List<List<TaskSample>> samples() {
        return Stream.concat(Stream.of(training.samples()), measuredSamples().stream())
                .toList();
    }

    /** Where they were read, for people. */
    String sources() {
        return Stream.concat(Stream.of(training), measured().stream())
                .map(part -> part.set().source().toString())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** What is reached without a model on the last set that is measured on. */
    Optional<Majority> baseline() {
        return measured().isEmpty()
                ? Optional.empty()
                : Majority.of(training.set(), measured().getLast().set());
    }
}
