package org.narrowbert.cli.finetune;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.narrowbert.cli.options.Ranges;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.task.TaskFiles;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say on which examples a task is learned and measured, under the names of Hugging Face's scripts. */
final class TaskDataOptions {
    @Option(
            names = "--train-file",
            paramLabel = "FILE",
            description = "Examples to train on (TSV, CSV, JSONL, Parquet).")
    private Optional<Path> trainFile = Optional.empty();

    @Option(
            names = "--validation-file",
            paramLabel = "FILE",
            description = "Examples to evaluate on after every epoch.")
    private Optional<Path> validationFile = Optional.empty();

    @Option(
            names = "--test-file",
            paramLabel = "FILE",
            description = "Labelled examples to measure on once, in the end.")
    private Optional<Path> testFile = Optional.empty();

    @Mixin
    private SplitOptions split = new SplitOptions();

    @Option(names = "--max-train-samples", paramLabel = "N", description = "Train on the first N examples only.")
    private Optional<Integer> maxTrainSamples = Optional.empty();

    @Option(names = "--max-eval-samples", paramLabel = "N", description = "Evaluate on the first N examples only.")
    private Optional<Integer> maxEvalSamples = Optional.empty();

    TaskDataOptions() {}

    /** Examples to train on, where they are a file of their own. */
    Optional<Path> trainFile() {
        return trainFile;
    }

    /** Examples to evaluate on, where they are a file of their own. */
    Optional<Path> validationFile() {
        return validationFile;
    }

    /** Examples to measure on in the end, where they are a file of their own. */
    Optional<Path> testFile() {
        return testFile;
    }

    /**
     * How the training examples are divided, where they are.
     *
     * @param isEmbedded whether the task brings these examples along, in one piece
     * @throws UserError when a part has a file already
     */
    Optional<SplitOptions> split(boolean isEmbedded) {
        if (!split.isGiven() && !isEmbedded) {
            split.refuseSeed();
            return Optional.empty();
        }
        if (validationFile.isPresent() || testFile.isPresent()) {
            throw new UserError("the training examples are to be divided, and "
                    + (validationFile.isPresent() ? "--validation-file" : "--test-file")
                    + " names others: leave out one of the two");
        }
        return Optional.of(split);
    }

    /**
     * Whether there will be something to validate on, as far as can be told before anything is read.
     *
     * @param files of the task's folder
     * @param isEmbedded whether the task brings its training examples along, in one piece
     */
    boolean validates(TaskFiles files, boolean isEmbedded) {
        return split(isEmbedded)
                .map(SplitOptions::validates)
                .orElseGet(
                        () -> validationFile.isPresent() || !files.validation().isEmpty());
    }

    /** Examples trained on at most. */
    OptionalInt maxTrainSamples() {
        return limit("--max-train-samples", maxTrainSamples);
    }

    /** Examples evaluated on at most. */
    OptionalInt maxEvalSamples() {
        return limit("--max-eval-samples", maxEvalSamples);
    }

    private static OptionalInt limit(String option, Optional<Integer> given) {
        return given.map(number -> OptionalInt.of(Ranges.atLeastOne(option, number)))
                .orElse(OptionalInt.empty());
    }
}
