package org.narrowbert.cli.pretrain;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.narrowbert.cli.run.RunFolder;
import org.narrowbert.cli.text.Preparing;
import org.narrowbert.cli.text.TextOptions;
import org.narrowbert.cli.text.TextPreparation;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.data.corpus.PreparedCorpus;
import org.narrowbert.model.data.corpus.TokenStream;
import org.narrowbert.model.data.sample.BlockSamples;
import org.narrowbert.model.data.sample.DocumentSamples;
import org.narrowbert.model.data.sample.Masker;
import org.narrowbert.model.data.sample.Masking;
import org.narrowbert.model.data.sample.PackedSamples;
import org.narrowbert.model.data.sample.Samples;
import org.narrowbert.model.data.sample.WholeWordMasker;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.training.PretrainingData;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say on what text a model is pretrained, and how its tokens become blocks. */
final class CorpusOptions {
    /** Keeps the validation mask apart from every training mask. */
    private static final long VALIDATION_SEED = 0x76616C6964L;

    @Mixin
    private TextOptions text = new TextOptions();

    @Option(
            names = "--train-data",
            paramLabel = "DIR",
            description =
                    "Text to train and validate on that `data prepare` has made into tokens, with the tokenizer that"
                            + " lies in that folder; without it the text is prepared into OUTPUT-DIR/data first.")
    private Optional<Path> trainData = Optional.empty();

    @Option(
            names = "--max-eval-samples",
            paramLabel = "N",
            description = "Measure the loss on the first N validation samples only (default: all).")
    private Optional<Long> maxEvalSamples = Optional.empty();

    @Option(
            names = "--max-seq-length",
            paramLabel = "N",
            description = "Most tokens of a sample (default: 128 for the embedded text, 512 for others).")
    private Optional<Integer> maxSeqLength = Optional.empty();

    @Option(
            names = "--mlm-probability",
            paramLabel = "P",
            defaultValue = "0.15",
            description = "Share of tokens that are masked (default: ${DEFAULT-VALUE}).")
    private double mlmProbability;

    @Option(
            names = "--line-by-line",
            description =
                    "Train on whole documents, one a sample and none padded, instead of on blocks cut from their row.")
    private boolean lineByLine;

    @Option(
            names = "--pack-sequences",
            description = "Train on whole documents, as many a sample as fit, each a sequence of its own.")
    private boolean packSequences;

    @Option(names = "--whole-word-mask", description = "Mask all pieces of a word or none.")
    private boolean wholeWordMask;

    @Option(
            names = "--masking",
            paramLabel = "WHEN",
            defaultValue = "dynamic",
            description = "dynamic: other tokens are masked in every epoch; static: always the same ones"
                    + " (default: ${DEFAULT-VALUE}).")
    private MaskingTime masking = MaskingTime.DYNAMIC;

    /** When the masks of a sample are chosen. */
    private enum MaskingTime {
        DYNAMIC,
        STATIC
    }

    CorpusOptions() {}

    /** Refuses wrong options before any work is done. */
    void check() {
        List<String> aboutText = text.aboutText();
        if (trainData.isPresent() && !aboutText.isEmpty()) {
            throw new UserError("--train-data and " + String.join(", ", aboutText)
                    + " are both given: the text of a folder was settled when `data prepare` made it, so choose one");
        }
        if (lineByLine && packSequences) {
            throw new UserError("--line-by-line and --pack-sequences are both given: choose one");
        }
        text.validationShare();
        maxEvalSamples();
        maxSeqLength();
        mlmProbability();
    }

    /** Whether the corpus is the one that comes along. */
    boolean embedded() {
        return text.source().embedded() && trainData.isEmpty();
    }

    /** The tokenizer; the caller closes it. */
    Tokenizer tokenizer() {
        return text.source().namesTokenizer() || trainData.isEmpty()
                ? text.source().tokenizer()
                : PreparedCorpus.openTokenizer(trainData.get());
    }

    /**
     * Refuses text that cannot be prepared before any work, as long as it is to be prepared.
     *
     * @param run the run's folder
     * @param same whether text that lies prepared there is this one
     */
    void checkFiles(Path run, boolean same) {
        if (trainData.isEmpty() && !isPrepared(run, same)) {
            text.checkFiles();
        }
    }

    private static boolean isPrepared(Path run, boolean same) {
        return same && PreparedCorpus.isIn(run.resolve(RunFolder.DATA));
    }

    /**
     * The text as tokens: that of --train-data, or that of the run which goes on, or else prepared now into the output folder's
     * {@code data}. The caller closes it.
     *
     * @param run the run's folder
     * @param same whether text that lies prepared there is this one
     * @param seed of the choice of documents to validate with
     */
    PreparedCorpus open(Tokenizer tokenizer, RunFolder run, boolean same, long seed, Preparing how) {
        if (trainData.isPresent()) {
            return open(trainData.get(), tokenizer, how.out());
        }
        Path folder = run.path().resolve(RunFolder.DATA);
        if (isPrepared(run.path(), same)) {
            return open(folder, tokenizer, how.out());
        }
        boolean replaces = Files.exists(folder);
        PreparedCorpus prepared = new TextPreparation(
                        text.preparation(tokenizer, seed, lineByLine || packSequences ? 1 : maxSeqLength()),
                        folder,
                        how)
                .run();
        if (!replaces) {
            run.made(folder);
        }
        return prepared;
    }

    private static PreparedCorpus open(Path folder, Tokenizer tokenizer, PrintWriter out) {
        PreparedCorpus prepared = PreparedCorpus.open(folder);
        try {
            prepared.check(tokenizer);
        } catch (UserError error) {
            prepared.close();
            throw error;
        }
        out.println("text     " + prepared.description() + ", prepared in " + folder);
        return prepared;
    }

    /**
     * What the batches are made of.
     *
     * @param seed of the samples' order and of their masks
     */
    PretrainingData.Content content(PreparedCorpus prepared, Tokenizer tokenizer, long seed) {
        TokenStream validation = prepared.validation();
        boolean validates = validation.size() >= (lineByLine || packSequences ? 1 : maxSeqLength());
        return new PretrainingData.Content(
                samples(prepared.training(), "training text"),
                validates ? Optional.of(samples(validation, "validation text")) : Optional.empty(),
                masking(tokenizer, seed),
                masking == MaskingTime.STATIC,
                masking(tokenizer, seed ^ VALIDATION_SEED),
                maxEvalSamples(),
                seed);
    }

    private Samples samples(TokenStream stream, String name) {
        if (lineByLine) {
            return new DocumentSamples(stream, maxSeqLength(), name);
        }
        return packSequences
                ? new PackedSamples(stream, maxSeqLength(), name)
                : new BlockSamples(stream, maxSeqLength(), name);
    }

    private Masking masking(Tokenizer tokenizer, long seed) {
        Masker tokens = new Masker(mlmProbability(), tokenizer.specialTokens(), tokenizer.vocabularySize(), seed);
        return wholeWordMask ? WholeWordMasker.of(tokens, tokenizer) : tokens;
    }

    /** Most validation samples to measure the loss on. */
    long maxEvalSamples() {
        long most = maxEvalSamples.orElse(Long.MAX_VALUE);
        if (most < 1) {
            throw new UserError("--max-eval-samples is " + most + ": it must be 1 or more");
        }
        return most;
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
