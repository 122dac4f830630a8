package org.narrowbert.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.data.PreparedCorpus;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say on what text a model is pretrained, and how its tokens become blocks. */
final class CorpusOptions {
    /** The folder in a run's folder where its text is prepared. */
    private static final String DATA = "data";

    @Mixin
    private TextOptions text = new TextOptions();

    @Option(
            names = "--train-data",
            paramLabel = "DIR",
            description =
                    "Text to train and validate on that `data prepare` has made into tokens, with the tokenizer that lies in"
                            + " that folder; without it the text is prepared into OUTPUT-DIR/data first.")
    private Optional<Path> trainData = Optional.empty();

    @Option(
            names = "--max-eval-samples",
            paramLabel = "N",
            description = "Measure the loss on the first N validation blocks only (default: all).")
    private Optional<Long> maxEvalSamples = Optional.empty();

    @Option(
            names = "--max-seq-length",
            paramLabel = "N",
            description = "Tokens of a block of text (default: 128 for the embedded text, 512 for others).")
    private Optional<Integer> maxSeqLength = Optional.empty();

    @Option(
            names = "--mlm-probability",
            paramLabel = "P",
            defaultValue = "0.15",
            description = "Share of tokens that are masked (default: ${DEFAULT-VALUE}).")
    private double mlmProbability;

    CorpusOptions() {}

    /** Refuses wrong options before any work is done. */
    void check() {
        List<String> aboutText = text.aboutText();
        if (trainData.isPresent() && !aboutText.isEmpty()) {
            throw new UserError("--train-data and " + String.join(", ", aboutText)
                    + " are both given: the text of a folder was settled when `data prepare` made it, so choose one");
        }
        text.validationShare();
        maxEvalSamples();
        maxSeqLength();
        mlmProbability();
    }

    /** Whether the corpus is the one that comes along. */
    boolean embedded() {
        return text.embedded() && trainData.isEmpty();
    }

    /** The tokenizer; the caller closes it. */
    Tokenizer tokenizer() {
        return text.namesTokenizer() || trainData.isEmpty()
                ? text.tokenizer()
                : PreparedCorpus.openTokenizer(trainData.get());
    }

    /**
     * The text as tokens: that of --train-data, or that of the run which goes on, or else prepared now into the output folder's
     * {@code data}. The caller closes it.
     *
     * @param output the run's folder, which exists
     * @param resumes whether the run was begun earlier
     * @param seed of the choice of documents to validate with
     */
    PreparedCorpus open(Tokenizer tokenizer, Path output, boolean resumes, long seed, int threads, PrintWriter out) {
        if (trainData.isPresent()) {
            return open(trainData.get(), tokenizer, out);
        }
        Path folder = output.resolve(DATA);
        if (resumes && PreparedCorpus.isIn(folder)) {
            return open(folder, tokenizer, out);
        }
        return new TextPreparation(text.preparation(tokenizer, seed, maxSeqLength()), folder, threads, out).run();
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

    /** Most validation blocks to measure the loss on. */
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
