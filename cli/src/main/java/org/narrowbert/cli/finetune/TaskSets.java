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
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.finetuning.TaskResults;
import org.narrowbert.model.finetuning.sample.ExampleEncoder;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.inference.ModelFit;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.TaskFiles;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.Division;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.Majority;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;

/**
 * A task's sets as text and as samples.
 *
 * @param training what is learned from
 * @param validation what is measured on, by name; the first decides. Empty where there is none
 * @param test what is measured on once, in the end; empty where there is none
 */
record TaskSets(Part training, List<Part> validation, Optional<Part> test) {
    private static final String TRAIN = "train";
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
        Optional<SplitOptions> split = options.split(isEmbedded(task, train));
        LabelledSet<?> training = notified(task.read(train), notices);
        if (split.isPresent()) {
            List<Named> parts = divided(training, split.get(), notices);
            return of(parts.getFirst().set(), parts.subList(1, parts.size()), options, encoder, notices);
        }
        List<Named> measured = new ArrayList<>();
        options.validationFile()
                .map(file -> List.of(new TaskFiles.Part(VALIDATION, file)))
                .orElse(files.validation())
                .forEach(part -> measured.add(
                        new Named(part.name(), notified(task.read(part.path(), training.labels()), notices))));
        options.testFile()
                .map(file -> new Named(TaskResults.TEST, notified(task.read(file, training.labels()), notices)))
                .or(() -> labelledTest(task, files, training.labels(), notices))
                .ifPresent(measured::add);
        return of(training, measured, options, encoder, notices);
    }

    /** Whether a task brings these examples along. */
    static boolean isEmbedded(Task task, Path train) {
        return task.embedded().filter(train::equals).isPresent();
    }

    /**
     * What a fine-tuned model is measured on where no file is named: its task's files, the division of the examples that its task brings along, or nothing.
     *
     * @param files of the task's folder
     * @param tuned how the model's run divided
     */
    static List<Named> measured(
            Task task, TaskFiles files, List<String> labels, TunedWith tuned, Consumer<String> notices) {
        Optional<Path> embedded = task.embedded().filter(own -> files.train().equals(Optional.of(own)));
        if (embedded.isPresent()) {
            List<Named> parts = divided(task.read(embedded.get(), labels), SplitOptions.of(tuned), notices);
            return parts.subList(1, parts.size());
        }
        List<Named> measured = new ArrayList<>();
        files.validation()
                .forEach(part ->
                        measured.add(new Named(part.name(), notified(task.read(part.path(), labels), notices))));
        labelledTest(task, files, labels, notices).ifPresent(measured::add);
        return measured;
    }

    /** The test set of a task's folder, if all its examples have labels: those of GLUE have none. */
    private static Optional<Named> labelledTest(
            Task task, TaskFiles files, List<String> labels, Consumer<String> notices) {
        for (TaskFiles.Part part : files.test()) {
            try {
                LabelledSet<?> set = task.readForPrediction(part.path(), labels);
                if (!set.examples().isEmpty() && set.examples().stream().allMatch(TaskSets::isLabelled)) {
                    return Optional.of(new Named(TaskResults.TEST, notified(set, notices)));
                }
            } catch (RunError unread) {
                // Nobody named it: it is no reason to learn nothing.
                notices.accept(part.path() + " is not measured: " + unread.getMessage());
            }
        }
        return Optional.empty();
    }

    private static boolean isLabelled(Example example) {
        return switch (example) {
            case TextExample text -> !(text.target() instanceof Target.Unknown);
            case WordsExample words -> !words.labels().isEmpty();
            case ChoiceExample choice -> choice.right().isPresent();
            case QuestionExample question -> !question.answers().isEmpty() || !question.answerable();
        };
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

    /**
     * A set by its name.
     *
     * @param name for logs and files
     */
    record Named(String name, LabelledSet<?> set) {
        private boolean isTest() {
            return name.equals(TaskResults.TEST);
        }
    }

    /** What is learned from, then those of the other parts that have examples. */
    private static List<Named> divided(LabelledSet<?> all, SplitOptions split, Consumer<String> notices) {
        Division<?> division = split.divide(all, SplitOptions.USUAL_PART);
        notices.accept(all.source() + " " + split.text(division));
        return Stream.of(
                        new Named(TRAIN, division.train()),
                        new Named(VALIDATION, division.validation()),
                        new Named(TaskResults.TEST, division.test()))
                .filter(part ->
                        part.name().equals(TRAIN) || !part.set().examples().isEmpty())
                .toList();
    }

    private static TaskSets of(
            LabelledSet<?> training,
            List<Named> measured,
            TaskDataOptions options,
            ExampleEncoder encoder,
            Consumer<String> notices) {
        Function<Named, Part> encoded =
                one -> part(one.name(), limited(one.set(), options.maxEvalSamples()), encoder, notices);
        return new TaskSets(
                learnable(part(TRAIN, limited(training, options.maxTrainSamples()), encoder, notices)),
                measured.stream().filter(one -> !one.isTest()).map(encoded).toList(),
                measured.stream().filter(Named::isTest).findFirst().map(encoded));
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

    /** Refuses what a model has no embeddings for. */
    void requireFit(BertConfig config) {
        requireFit(training.set(), config);
        measured().forEach(part -> requireFit(part.set(), config));
    }

    /** Whether they are those that the task brings along. */
    boolean areEmbedded(Task task) {
        return isEmbedded(task, training.set().source());
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
