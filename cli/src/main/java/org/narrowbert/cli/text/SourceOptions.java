package org.narrowbert.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.model.data.text.ReadingOptions;
import org.narrowbert.model.data.text.TextFiles;
import org.narrowbert.model.data.text.TextSource;
import org.narrowbert.model.data.text.WordNetCorpus;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say which text is read, how, and by which tokenizer. */
public final class SourceOptions {
    @Option(
            names = "--train-file",
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Text to train on: files of UTF-8 text, JSON Lines (.jsonl) or Parquet, text and JSON Lines also"
                            + " as .gz or .zst; folders; patterns such as 'books/*.txt' (default: the glosses of WordNet"
                            + " 3.1, which come along).")
    private List<String> trainFiles = new ArrayList<>();

    @Mixin
    private FileReading reading = new FileReading();

    @Mixin
    private TokenizerOption tokenizer = new TokenizerOption();

    private Optional<WordNetCorpus> wordNet = Optional.empty();
    private Optional<TextFiles> files = Optional.empty();

    SourceOptions() {}

    /** Whether no text is named. */
    public boolean embedded() {
        return trainFiles.isEmpty();
    }

    /** Whether a tokenizer is named. */
    public boolean namesTokenizer() {
        return tokenizer.given();
    }

    /** The names of the options given that say what text is read and how. */
    List<String> given() {
        List<String> given = new ArrayList<>();
        if (!trainFiles.isEmpty()) {
            given.add("--train-file");
        }
        given.addAll(reading.given());
        return given;
    }

    /** The text, whose files are looked at when it is first asked for. */
    TextSource source() {
        if (embedded()) {
            return wordNet();
        }
        if (files.isEmpty()) {
            files = Optional.of(TextFiles.named(trainFiles, reading()));
        }
        return files.get();
    }

    /** How files are read. */
    ReadingOptions reading() {
        return reading.options();
    }

    private WordNetCorpus wordNet() {
        if (wordNet.isEmpty()) {
            wordNet = Optional.of(WordNetCorpus.read());
        }
        return wordNet.get();
    }

    /** The tokenizer; the caller closes it. */
    public Tokenizer tokenizer() {
        return tokenizer.open(() -> wordNet().vocabulary());
    }
}
