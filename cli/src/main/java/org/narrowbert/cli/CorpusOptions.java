package org.narrowbert.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.data.DocumentUnit;
import org.narrowbert.model.data.ReadingOptions;
import org.narrowbert.model.data.TextFiles;
import org.narrowbert.model.data.TextSource;
import org.narrowbert.model.data.WordNetCorpus;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Option;

/** Options that say what text a model is pretrained on, and how the text becomes tokens. */
final class CorpusOptions {
    @Option(
            names = "--train-file",
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "UTF-8 text to train on: a blank line ends a document, or where there is none each line is one"
                            + " (default: the glosses of WordNet 3.1, which come along).")
    private List<String> trainFiles = new ArrayList<>();

    @Option(
            names = "--validation-file",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Text to measure the loss on, in the form of the training text; no document of the training"
                    + " text is then set aside.")
    private List<String> validationFiles = new ArrayList<>();

    @Option(
            names = "--max-eval-samples",
            paramLabel = "N",
            description = "Measure the loss on the first N validation blocks only (default: all).")
    private Optional<Long> maxEvalSamples = Optional.empty();

    @Option(
            names = "--validation-split-percentage",
            paramLabel = "PERCENT",
            defaultValue = "2",
            description = "Documents set aside to measure the loss on (default: ${DEFAULT-VALUE}).")
    private double validationPercentage;

    @Option(
            names = {"--tokenizer", "--tokenizer-name"},
            paramLabel = "DIR",
            description = "A folder with tokenizer.json or vocab.txt, or one such file (default: 8,192"
                    + " pieces of English words, trained on WordNet's glosses).")
    private Optional<Path> tokenizer = Optional.empty();

    @Option(
            names = "--max-seq-length",
            paramLabel = "N",
            description = "Tokens of a block of text (default: 128; 512 with --train-file).")
    private Optional<Integer> maxSeqLength = Optional.empty();

    @Option(
            names = "--mlm-probability",
            paramLabel = "P",
            defaultValue = "0.15",
            description = "Share of tokens that are masked (default: ${DEFAULT-VALUE}).")
    private double mlmProbability;

    CorpusOptions() {}

    /** Whether the corpus is the one that comes along. */
    boolean embedded() {
        return trainFiles.isEmpty();
    }

    /** The text. */
    TextSource source() {
        return embedded()
                ? WordNetCorpus.read()
                : TextFiles.named(trainFiles, ReadingOptions.of(DocumentUnit.AUTOMATIC));
    }

    /** The text of its own to validate with, if there is one. */
    Optional<TextSource> validationSource() {
        return validationFiles.isEmpty()
                ? Optional.empty()
                : Optional.of(TextFiles.named(validationFiles, ReadingOptions.of(DocumentUnit.AUTOMATIC)));
    }

    /** Most validation blocks to measure the loss on. */
    long maxEvalSamples() {
        long most = maxEvalSamples.orElse(Long.MAX_VALUE);
        if (most < 1) {
            throw new UserError("--max-eval-samples is " + most + ": it must be 1 or more");
        }
        return most;
    }

    /** The tokenizer; the caller closes it. */
    Tokenizer tokenizer() {
        return tokenizer
                .map(Tokenizer::open)
                .orElseGet(() -> Tokenizer.open(WordNetCorpus.read().vocabulary(), true));
    }

    /** Share of the training documents to validate with, from 0 to below 1. */
    double validationShare() {
        if (!(validationPercentage >= 0 && validationPercentage < 100)) {
            throw new UserError("--validation-split-percentage is " + validationPercentage
                    + ": it must be 0 or more and below 100");
        }
        return validationFiles.isEmpty() ? validationPercentage / 100 : 0;
    }

    /** Tokens of a block. */
    int maxSeqLength() {
        int length = maxSeqLength.orElse(embedded() ? 128 : 512);
        if (length < 4) {
            throw new UserError("--max-seq-length is " + length + ": it must be 4 or more");
        }
        return length;
    }

    /** Share of tokens that are masked. */
    double mlmProbability() {
        if (!(mlmProbability > 0 && mlmProbability <= 1)) {
            throw new UserError("--mlm-probability is " + mlmProbability + ": it must be above 0 and at most 1");
        }
        return mlmProbability;
    }
}
