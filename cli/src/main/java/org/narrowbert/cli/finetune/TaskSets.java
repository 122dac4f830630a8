package org.narrowbert.cli.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.finetuning.sample.ExampleEncoder;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.inference.ModelFit;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.Majority;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;

/**
 * A task's sets as text and as samples: what a run learns from, and what it is measured on.
 *
 * @param training what is learned from
 * @param validation what is measured on, by name; the first decides. Empty where there is none
 * @param test what is measured on once, in the end; empty where there is none
 */
record TaskSets(Part training, List<Part> validation, Optional<Part> test) {
    /**
     * One set.
     *
     * @param name for logs and files
     * @param set as text
     * @param samples as token ids
     */
    record Part(String name, LabelledSet<?> set, List<TaskSample> samples) {}

    /**
     * Encodes a task's sets; a set without examples is refused.
     *
     * @param read as text
     * @param notices told how many texts were cut
     * @throws RunError when a set has no examples, or there is nothing to learn from
     */
    static TaskSets encode(
            TaskSetFiles.Sets read, TaskDataOptions options, ExampleEncoder encoder, Consumer<String> notices) {
        Function<TaskSetFiles.Named, Part> encoded =
                one -> part(one.name(), limited(one.set(), options.maxEvalSamples()), encoder, notices);
        return new TaskSets(
                learnable(part(
                        TaskSetFiles.TRAIN, limited(read.training(), options.maxTrainSamples()), encoder, notices)),
                read.measured().stream()
                        .filter(one -> !one.isTest())
                        .map(encoded)
                        .toList(),
                read.measured().stream()
                        .filter(TaskSetFiles.Named::isTest)
                        .findFirst()
                        .map(encoded));
    }

    /**
     * Refuses pairs of texts for a model that has one token type.
     *
     * @throws RunError naming the set
     */
    static void requireFit(LabelledSet<?> set, BertConfig config) {
        if (set.examples().stream().anyMatch(TaskSets::isPair)) {
            ModelFit.requirePairs(set.source(), config);
        }
    }

    private static boolean isPair(Example example) {
        return switch (example) {
            case TextExample text -> text.second().isPresent();
            case WordsExample _ -> false;
            case ChoiceExample _, QuestionExample _ -> true;
        };
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

    /** Refuses what a model has no embeddings for. */
    void requireFit(BertConfig config) {
        requireFit(training.set(), config);
        measured().forEach(part -> requireFit(part.set(), config));
    }

    /** Whether they are those that the task brings along. */
    boolean areEmbedded(Task task) {
        return TaskSetFiles.isEmbedded(task, training.set().source());
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
