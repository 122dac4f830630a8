package org.narrowbert.cli.text;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.cli.exit.Interrupts;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.cli.terminal.Progress;
import org.narrowbert.model.data.text.TextFiles;
import org.narrowbert.model.data.text.TextSource;
import org.narrowbert.model.data.text.WordNetCorpus;
import org.narrowbert.model.tokenizer.BasicTokenizer;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.tokenizer.TokenizerFiles;
import org.narrowbert.model.tokenizer.VocabularyTrainer;
import org.narrowbert.model.tokenizer.WordCounts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a WordPiece vocabulary and writes the files of its tokenizer. */
@Command(
        name = "train",
        description =
                "Trains a vocabulary of word pieces on text, by the rule of Hugging Face's BertWordPieceTrainer, and"
                        + " writes vocab.txt, tokenizer.json, tokenizer_config.json and special_tokens_map.json.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert tokenizer train --train-file a.txt b.txt --vocab-size 30522 \\",
            "      --output-dir runs/words",
            "  ./narrowbert tokenizer train --output-dir runs/wordnet",
            "",
            "The second trains on the English corpus that comes along. Then:",
            "  ./narrowbert tokenizer encode --tokenizer runs/words \"Some text.\""
        })
final class TokenizerTrainCommand implements Callable<Integer> {
    private static final int BERT_SIZE = 30_522;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--train-file",
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Text: files of UTF-8 text, JSON Lines (.jsonl) or Parquet, text and JSON Lines also as .gz or"
                            + " .zst; folders; patterns (default: the embedded corpus, WordNet's glosses).")
    private List<String> trainFiles = List.of();

    @Mixin
    private FileReading reading = new FileReading();

    @Option(
            names = "--vocab-size",
            paramLabel = "N",
            description = "Most tokens of the vocabulary (default: " + BERT_SIZE + "; for the embedded corpus "
                    + WordNetCorpus.VOCABULARY_SIZE + ").")
    private Optional<Integer> size = Optional.empty();

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            required = true,
            description = "Folder to write to, made if it is not there.")
    private Path outputFolder = Path.of("");

    @Option(
            names = "--overwrite-output-dir",
            description = "Write into a folder that has files already; others of them stay.")
    private boolean overwrite;

    @Option(
            names = "--lowercase",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Make letters small and drop their accents (default); --no-lowercase is for cased models.")
    private boolean lowercase = true;

    @Option(
            names = "--min-frequency",
            paramLabel = "N",
            defaultValue = "" + VocabularyTrainer.MIN_FREQUENCY,
            description = "How often a pair of pieces must occur to become one (default: ${DEFAULT-VALUE}).")
    private int minFrequency;

    @Option(
            names = "--limit-alphabet",
            paramLabel = "N",
            defaultValue = "" + VocabularyTrainer.ALPHABET_LIMIT,
            description = "Most different characters, the rarest are left out (default: ${DEFAULT-VALUE}).")
    private int alphabetLimit;

    private TokenizerTrainCommand() {}

    @Override
    public Integer call() {
        OutputDirectory.check(outputFolder, overwrite);
        VocabularyTrainer trainer = new VocabularyTrainer(
                size.orElse(trainFiles.isEmpty() ? WordNetCorpus.VOCABULARY_SIZE : BERT_SIZE),
                minFrequency,
                alphabetLimit);
        PrintWriter out = spec.commandLine().getOut();
        TextSource source =
                trainFiles.isEmpty() ? WordNetCorpus.read() : TextFiles.named(trainFiles, reading.options());
        List<String> tokens;
        try (Interrupts _ = Interrupts.listen(spec.commandLine().getErr())) {
            tokens = train(trainer, source, out);
        }
        try (Tokenizer tokenizer = Tokenizer.open(tokens, lowercase)) {
            TokenizerFiles.writeFolder(outputFolder, tokenizer);
        }
        out.println("%,d tokens%s, written to %s"
                .formatted(
                        tokens.size(),
                        tokens.size() < trainer.size()
                                ? " (no further pair of pieces occurs " + minFrequency + " times)"
                                : "",
                        outputFolder));
        out.println("Try: ./narrowbert tokenizer encode --tokenizer " + outputFolder + " \"Some text.\"");
        return 0;
    }

    private WordCounts count(TextSource source, PrintWriter out) {
        try (Progress progress = Progress.open(out, "counting words", source.bytes())) {
            return source.words(
                    new BasicTokenizer(lowercase), bytes -> progress.update(bytes, "bytes"), progress::println);
        }
    }

    private List<String> train(VocabularyTrainer trainer, TextSource source, PrintWriter out) {
        WordCounts words = count(source, out);
        out.println("%s: %,d words, %,d different".formatted(source.description(), words.total(), words.distinct()));
        try (Progress progress = Progress.open(out, "merging pieces", trainer.size())) {
            return trainer.train(words, tokens -> progress.update(tokens, "tokens"));
        }
    }
}
