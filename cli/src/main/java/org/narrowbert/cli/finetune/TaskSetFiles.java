package org.narrowbert.cli.finetune;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.finetuning.TaskResults;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.TaskFiles;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.Division;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;

/** Which files a command's sets are in, and reading them as text. */
final class TaskSetFiles {
    /** The set that is learned from, for logs and files. */
    static final String TRAIN = "train";

    private static final String VALIDATION = "validation";

    private TaskSetFiles() {}

    /**
     * What a run is about.
     *
     * @param training what is learned from
     * @param measured what is measured on, the set that decides first; at most one is a test set
     */
    record Sets(LabelledSet<?> training, List<Named> measured) {}

    /**
     * A set by its name.
     *
     * @param name for logs and files
     */
    record Named(String name, LabelledSet<?> set) {
        /** Whether it is measured once, in the end. */
        boolean isTest() {
            return name.equals(TaskResults.TEST);
        }
    }

    /**
     * Reads what a run is about.
     *
     * @param files of the task's folder
     * @param notices told what a user should know of the reading
     * @throws UserError when nothing says what to learn from
     * @throws RunError when a file cannot be read or is not the task's
     */
    static Sets read(Task task, TaskFiles files, TaskDataOptions options, Consumer<String> notices) {
        Path train = trainFile(files, options);
        Optional<SplitOptions> split = options.split(isEmbedded(task, train));
        LabelledSet<?> training = notified(task.read(train), notices);
        if (split.isPresent()) {
            List<Named> parts = divided(training, split.get(), notices);
            return new Sets(parts.getFirst().set(), parts.subList(1, parts.size()));
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
        return new Sets(training, measured);
    }

    /** Whether a task brings these examples along. */
    static boolean isEmbedded(Task task, Path train) {
        return task.embedded().filter(train::equals).isPresent();
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
                if (!set.examples().isEmpty() && set.examples().stream().allMatch(TaskSetFiles::isLabelled)) {
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

    private static LabelledSet<?> notified(LabelledSet<?> set, Consumer<String> notices) {
        set.notes().forEach(notices);
        return set;
    }
}
