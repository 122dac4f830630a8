package org.narrowbert.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.data.corpus.CorpusPreparation;
import org.narrowbert.model.data.corpus.ValidationSplit;
import org.narrowbert.model.data.text.TextFiles;
import org.narrowbert.model.data.text.TextSource;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say which text is trained on and which is validated with. */
public final class TextOptions {
    private static final double VALIDATION_PERCENTAGE = 2;

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Option(
            names = "--validation-file",
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Text to measure the loss on, named in the same ways; no document of the training text is then"
                            + " set aside.")
    private List<String> validationFiles = new ArrayList<>();

    @Option(
            names = "--validation-split-percentage",
            paramLabel = "PERCENT",
            description = "Documents set aside to measure the loss on (default: 2).")
    private Optional<Double> validationPercentage = Optional.empty();

    private Optional<TextSource> validationText = Optional.empty();

    /** What holds where nothing is told. */
    public TextOptions() {}

    /** Which text is trained on. */
    public SourceOptions source() {
        return source;
    }

    /** The names of the options given that say what text is read and how, which is settled for text that was prepared earlier. */
    public List<String> aboutText() {
        List<String> given = new ArrayList<>(source.given());
        if (!validationFiles.isEmpty()) {
            given.add("--validation-file");
        }
        validationPercentage.ifPresent(value -> given.add("--validation-split-percentage"));
        return given;
    }

    /** Share of the training documents to validate with, from 0 to below 1. */
    public double validationShare() {
        double percentage = validationPercentage.orElse(validationFiles.isEmpty() ? VALIDATION_PERCENTAGE : 0);
        if (!(percentage >= 0 && percentage < 100)) {
            throw new UserError(
                    "--validation-split-percentage is " + percentage + ": it must be 0 or more and below 100");
        }
        if (percentage > 0 && !validationFiles.isEmpty()) {
            throw new UserError("--validation-file and --validation-split-percentage " + percentage
                    + " are both given: choose one");
        }
        return percentage / 100;
    }

    /**
     * Refuses files that cannot be read, or have no text where it is said to be, before any work.
     *
     * @throws org.narrowbert.engine.error.RunError naming the file
     */
    public void checkFiles() {
        source.source();
        validationText();
    }

    private Optional<TextSource> validationText() {
        if (validationText.isEmpty() && !validationFiles.isEmpty()) {
            validationText = Optional.of(TextFiles.named(validationFiles, source.reading()));
        }
        return validationText;
    }

    /**
     * How the text is to become token ids.
     *
     * @param seed of the choice of documents to validate with
     * @param leastTokens a text with fewer is refused
     */
    public CorpusPreparation preparation(Tokenizer with, long seed, long leastTokens) {
        return new CorpusPreparation(
                source.source(), validationText(), new ValidationSplit(validationShare(), seed), with, leastTokens);
    }
}
