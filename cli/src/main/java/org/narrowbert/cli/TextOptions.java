package org.narrowbert.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.data.CorpusPreparation;
import org.narrowbert.model.data.DocumentUnit;
import org.narrowbert.model.data.EncodingErrors;
import org.narrowbert.model.data.ReadingOptions;
import org.narrowbert.model.data.TextFiles;
import org.narrowbert.model.data.TextSource;
import org.narrowbert.model.data.ValidationSplit;
import org.narrowbert.model.data.WordNetCorpus;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Option;

/** Options that say which text is read, how, and by which tokenizer. */
final class TextOptions {
    private static final double VALIDATION_PERCENTAGE = 2;

    @Option(
            names = "--train-file",
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Text to train on: files of UTF-8 text, JSON Lines (.jsonl) or Parquet, text and JSON Lines also as"
                            + " .gz or .zst; folders; patterns such as 'books/*.txt' (default: the glosses of WordNet 3.1, which"
                            + " come along).")
    private List<String> trainFiles = new ArrayList<>();

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

    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            description = "The field or column with the text in JSON Lines and Parquet (default: text).")
    private Optional<String> textColumn = Optional.empty();

    @Option(
            names = "--document-unit",
            paramLabel = "UNIT",
            description =
                    "What a document is in a file of text: line, paragraph (blank lines between), or automatic, which"
                            + " takes paragraphs where the file has blank lines (default).")
    private Optional<DocumentUnit> documentUnit = Optional.empty();

    @Option(
            names = "--encoding-errors",
            paramLabel = "WHAT",
            description = "Bytes that are not UTF-8 are refused (strict, the default) or replaced (replace).")
    private Optional<EncodingErrors> encodingErrors = Optional.empty();

    @Option(
            names = {"--tokenizer", "--tokenizer-name"},
            paramLabel = "DIR",
            description = "A folder with tokenizer.json or vocab.txt, or one such file (default: 8,192"
                    + " pieces of English words, trained on WordNet's glosses).")
    private Optional<Path> tokenizer = Optional.empty();

    private Optional<WordNetCorpus> wordNet = Optional.empty();

    TextOptions() {}

    /** Whether no text is named. */
    boolean embedded() {
        return trainFiles.isEmpty();
    }

    /** Whether a tokenizer is named. */
    boolean namesTokenizer() {
        return tokenizer.isPresent();
    }

    /** The options given that say how text is read, which is settled for text that was prepared earlier. */
    List<String> aboutText() {
        List<String> given = new ArrayList<>();
        if (!trainFiles.isEmpty()) {
            given.add("--train-file");
        }
        if (!validationFiles.isEmpty()) {
            given.add("--validation-file");
        }
        validationPercentage.ifPresent(value -> given.add("--validation-split-percentage"));
        textColumn.ifPresent(value -> given.add("--text-column"));
        documentUnit.ifPresent(value -> given.add("--document-unit"));
        encodingErrors.ifPresent(value -> given.add("--encoding-errors"));
        return given;
    }

    /** The text. */
    TextSource source() {
        return embedded() ? wordNet() : TextFiles.named(trainFiles, reading());
    }

    private WordNetCorpus wordNet() {
        if (wordNet.isEmpty()) {
            wordNet = Optional.of(WordNetCorpus.read());
        }
        return wordNet.get();
    }

    private ReadingOptions reading() {
        return new ReadingOptions(
                documentUnit.orElse(DocumentUnit.AUTOMATIC),
                textColumn.orElse(ReadingOptions.TEXT_COLUMN),
                encodingErrors.orElse(EncodingErrors.STRICT),
                ReadingOptions.DOCUMENT_LIMIT);
    }

    /** The tokenizer; the caller closes it. */
    Tokenizer tokenizer() {
        return tokenizer
                .map(Tokenizer::open)
                .orElseGet(() -> Tokenizer.open(wordNet().vocabulary(), true));
    }

    /** Share of the training documents to validate with, from 0 to below 1. */
    double validationShare() {
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
     * How the text is to become token ids.
     *
     * @param seed of the choice of documents to validate with
     * @param leastTokens a text with fewer is refused
     */
    CorpusPreparation preparation(Tokenizer with, long seed, long leastTokens) {
        return new CorpusPreparation(
                source(),
                validationFiles.isEmpty() ? Optional.empty() : Optional.of(TextFiles.named(validationFiles, reading())),
                new ValidationSplit(validationShare(), seed),
                with,
                leastTokens);
    }
}
