package org.narrowbert.cli.pretrain;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narrowbert.cli.exit.Interrupts;
import org.narrowbert.cli.options.ComputeOptions;
import org.narrowbert.cli.options.GemmOptions;
import org.narrowbert.cli.options.NewModelOptions;
import org.narrowbert.cli.run.RunFolder;
import org.narrowbert.cli.run.RunOptions;
import org.narrowbert.cli.run.RunRecord;
import org.narrowbert.cli.run.TrainingOptions;
import org.narrowbert.cli.text.Preparing;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.data.corpus.PreparedCorpus;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.PretrainingData;
import org.narrowbert.model.training.TrainingSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** All options of a pretraining run, and what several of them come to together. */
final class PretrainOptions {
    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private CorpusOptions corpus = new CorpusOptions();

    @Mixin
    private NewModelOptions model = new NewModelOptions();

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private GemmOptions products = new GemmOptions();

    PretrainOptions() {}

    /** Options about the run as a whole. */
    RunOptions run() {
        return run;
    }

    /** Options that say what is computed on. */
    ComputeOptions compute() {
        return compute;
    }

    /** Refuses wrong options before any work is done. */
    void check() {
        corpus.check();
        TrainingOptions.checkTokens(batchSize(), maxSeqLength());
        BertConfig config = model.config(1_000, maxSeqLength(), 0);
        training.trainer(training.settings(corpus.embedded(), 1, run), config.layout());
        if (!run.resumes()) {
            // What a run was told that began before this was refused, it is told again; another value differs from its
            // record.
            model.refuseUnused(config);
        }
        run.saveTotalLimit();
        compute.check();
        products.checkForTraining(compute);
    }

    /** Of everything random. */
    long seed() {
        return training.seed();
    }

    /** Blocks of a micro-batch. */
    int batchSize() {
        return training.batchSize(corpus.embedded());
    }

    /** Tokens of a block. */
    int maxSeqLength() {
        return corpus.maxSeqLength();
    }

    /**
     * Refuses text that cannot be read, before a tokenizer is made.
     *
     * @param same whether text that lies prepared in the run's folder is this one
     */
    void checkText(RunFolder folder, boolean same) {
        corpus.checkFiles(folder.path(), same);
    }

    /** The tokenizer; the caller closes it. */
    Tokenizer tokenizer() {
        return corpus.tokenizer();
    }

    /** The model. */
    BertConfig config(Tokenizer tokenizer) {
        return model.config(
                tokenizer.vocabularySize(),
                maxSeqLength(),
                tokenizer.specialTokens().pad(),
                // The first run sees each text once at most: there is nothing to overfit.
                corpus.embedded() ? 0 : BertConfig.DEFAULT_DROPOUT);
    }

    /**
     * The text as tokens; the caller closes it.
     *
     * @param same whether text that lies prepared in the run's folder is this one
     */
    PreparedCorpus text(Tokenizer tokenizer, RunFolder folder, boolean same, Interrupts interrupts, PrintWriter out) {
        return corpus.open(tokenizer, folder, same, seed(), new Preparing(compute.threads(), interrupts, out));
    }

    /** The batches that the text is cut into. */
    PretrainingData data(PreparedCorpus text, Tokenizer tokenizer) {
        return new PretrainingData(corpus.content(text, tokenizer, seed()), batchSize(), training.accumulation());
    }

    /** How long the run goes on, how fast it learns and how often it looks up. */
    TrainingSettings settings(PretrainingData data) {
        return training.settings(corpus.embedded(), data.trainingSamples(), run);
    }

    /** Who computes matrix products; prints what "auto" is decided to be. */
    Gemm gemm(BertConfig config, PretrainingData data, PrintWriter out) {
        Narrowing narrowing = training.narrowing();
        return products.forTraining(
                compute,
                () -> MaskedLanguageModel.training(config, narrowing.lastLayer())
                        .trainingPlan(data.limits(), LayerSet.NONE, narrowing.attention()),
                run.record(),
                out);
    }

    /** The backend; the caller closes it. */
    Backend backend(Gemm gemm) {
        return compute.open(gemm, products.precision());
    }

    /** What trains the model; the caller closes it. */
    MaskedLanguageTrainer trainer(RunTask task, Backend backend) {
        return MaskedLanguageTrainer.open(
                task.config(),
                training.trainer(task.settings(), task.config().layout()),
                task.importance(),
                task.data().limits(),
                seed(),
                backend);
    }

    /** The checkpoint to go on from; empty when the run is to start. */
    Optional<RunCheckpoint> checkpoint(PrintWriter out) {
        return run.checkpoint(notice -> out.println("passed over: " + notice));
    }

    /**
     * All options of a run, with what was worked out for those that nobody told, and who computes products, which "auto" was decided to be.
     */
    RunConfig record(CommandSpec command, RunTask task) {
        BertConfig model = task.config();
        Map<String, Object> worked = new HashMap<>();
        worked.put("max-seq-length", maxSeqLength());
        worked.put("num-hidden-layers", model.numHiddenLayers());
        worked.put("hidden-size", model.hiddenSize());
        worked.put("num-attention-heads", model.numAttentionHeads());
        worked.put("intermediate-size", model.intermediateSize());
        worked.put("hidden-act", model.hiddenAct().hiddenAct());
        worked.put("hidden-dropout-prob", model.hiddenDropoutProb());
        worked.put("attention-probs-dropout-prob", model.attentionProbsDropoutProb());
        worked.put("max-position-embeddings", model.maxPositionEmbeddings());
        worked.put("initializer-range", model.initializerRange());
        worked.put("token-keep", model.tokenKeep());
        worked.put("token-keep-random", model.tokenKeepRandom());
        worked.put("token-importance-beta", model.tokenImportanceBeta());
        worked.put("per-device-train-batch-size", batchSize());
        worked.put("max-steps", task.settings().maxSteps());
        worked.put("warmup-steps", task.settings().warmupSteps());
        worked.put("eval-steps", task.settings().intervals().evaluation());
        worked.put("save-steps", task.settings().intervals().saving());
        worked.put("lr-scheduler-type", task.settings().scheduler().type());
        worked.put("backend", compute.provider().name());
        worked.put("gemm", task.gemm().text());
        return RunRecord.of(command, worked, List.of());
    }
}
