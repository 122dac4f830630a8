package org.narrowbert.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.plan.TrainingMemory;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.data.BlockSampler;
import org.narrowbert.model.data.Masker;
import org.narrowbert.model.data.TextSource;
import org.narrowbert.model.data.TokenizedCorpus;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.inference.FillMask;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.PretrainingData;
import org.narrowbert.model.training.PretrainingRun;
import org.narrowbert.model.training.PretrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Pretrains a masked language model from text, and saves it as a Hugging Face directory. */
@Command(
        name = "pretrain",
        description = "Pretrains a masked language model on text and saves it as a Hugging Face directory.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  narrowbert pretrain --output-dir runs/first",
            "  narrowbert pretrain --output-dir runs/books --train-file books.txt --layout context-first \\",
            "      --size mini --per-device-train-batch-size 16 --max-steps 10000"
        })
final class PretrainCommand implements Callable<Integer> {
    /** Keeps the validation mask apart from every training mask. */
    private static final long VALIDATION_SEED = 0x76616C6964L;

    /** What a fresh model is asked at the end, to show what it has learned. */
    private static final List<String> SAMPLES = List.of(
            "the capital and largest [MASK] of France.", "a person who [MASK] in a school.", "make or become [MASK].");

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            required = true,
            description = "Where the model is saved: a new or an empty folder.")
    private Path outputDirectory;

    @Option(names = "--overwrite-output-dir", description = "Replace what is in the output folder.")
    private boolean overwrite;

    @Mixin
    private CorpusOptions corpus = new CorpusOptions();

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    private PretrainCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        OutputDirectory output = OutputDirectory.check(outputDirectory, overwrite);
        checkOptions();
        try (Tokenizer tokenizer = corpus.tokenizer()) {
            BertConfig config = model.config(
                    tokenizer.vocabularySize(),
                    corpus.maxSeqLength(),
                    tokenizer.specialTokens().pad(),
                    // The first run sees each text once at most: there is nothing to overfit.
                    corpus.embedded() ? 0 : BertConfig.DEFAULT_DROPOUT);
            int threads = compute.threads();
            TokenizedCorpus text = tokenize(tokenizer, threads, out);
            BlockSampler blocks =
                    new BlockSampler(text.training(), corpus.maxSeqLength(), training.seed(), "training text");
            PretrainingSettings settings = training.settings(corpus.embedded(), blocks.blocks());
            PretrainingData data = data(tokenizer, text, blocks);
            output.create();
            output.removeCheckpoints();
            compute.fallback().ifPresent(out::println);
            try (Backend backend = compute.open();
                    MaskedLanguageTrainer trainer = MaskedLanguageTrainer.open(
                            config,
                            training.trainer(settings),
                            importance(config, tokenizer),
                            data.limits(),
                            training.seed(),
                            backend)) {
                Initializer.initialize(trainer.parameters(), config, training.seed());
                describe(trainer, settings, data, backend, out);
                train(settings, trainer, data, tokenizer, output, out);
                show(trainer, tokenizer, backend, out);
            }
        }
        next(out);
        return 0;
    }

    /** Refuses wrong options before any work is done. */
    private void checkOptions() {
        corpus.mlmProbability();
        corpus.validationShare();
        corpus.maxEvalSamples();
        TrainingOptions.checkTokens(training.batchSize(corpus.embedded()), corpus.maxSeqLength());
        training.settings(corpus.embedded(), 1);
        model.config(1_000, corpus.maxSeqLength(), 0);
        compute.check();
    }

    private TokenizedCorpus tokenize(Tokenizer tokenizer, int threads, PrintWriter out) {
        TokenizedCorpus text = tokenize(corpus.source(), corpus.validationShare(), tokenizer, threads, out);
        return corpus.validationSource()
                .map(source -> text.validatedOn(tokenize(source, 0, tokenizer, threads, out)))
                .orElse(text);
    }

    private TokenizedCorpus tokenize(
            TextSource source, double validationShare, Tokenizer tokenizer, int threads, PrintWriter out) {
        out.println("text     " + source.description());
        try (Progress progress = Progress.open(out, "tokenizing", source.bytes())) {
            TokenizedCorpus text = TokenizedCorpus.tokenize(
                    source,
                    tokenizer,
                    new TokenizedCorpus.Split(validationShare, training.seed()),
                    threads,
                    bytes -> progress.update(bytes, "bytes"));
            text.notice().ifPresent(progress::println);
            return text;
        }
    }

    private PretrainingData data(Tokenizer tokenizer, TokenizedCorpus text, BlockSampler blocks) {
        int length = blocks.length();
        Optional<BlockSampler> validation = text.validation().size() < length
                ? Optional.empty()
                : Optional.of(new BlockSampler(text.validation(), length, training.seed(), "validation text"));
        Masker masker = new Masker(
                corpus.mlmProbability(), tokenizer.specialTokens(), tokenizer.vocabularySize(), training.seed());
        Masker fixed = new Masker(
                corpus.mlmProbability(),
                tokenizer.specialTokens(),
                tokenizer.vocabularySize(),
                training.seed() ^ VALIDATION_SEED);
        return new PretrainingData(
                blocks,
                validation,
                masker,
                fixed,
                corpus.maxEvalSamples(),
                training.batchSize(corpus.embedded()),
                training.accumulation());
    }

    private static Optional<TokenImportance> importance(BertConfig config, Tokenizer tokenizer) {
        if (!config.layout().hasBrackets()) {
            return Optional.empty();
        }
        var special = tokenizer.specialTokens();
        return Optional.of(TokenImportance.untrained(
                config.vocabSize(),
                config.tokenImportanceBeta(),
                new int[] {special.unk(), special.cls(), special.sep(), special.mask()},
                special.pad()));
    }

    private void describe(
            MaskedLanguageTrainer trainer,
            PretrainingSettings settings,
            PretrainingData data,
            Backend backend,
            PrintWriter out) {
        BertConfig config = trainer.config();
        Plan plan = trainer.plan();
        long parameters = trainer.parameters().list().stream()
                .mapToLong(parameter -> parameter.size())
                .sum();
        long blocksAStep = (long) training.batchSize(corpus.embedded()) * settings.gradientAccumulationSteps();
        out.println("         %,d blocks of %d tokens to train on, %,d to validate with"
                .formatted(data.trainingBlocks(), corpus.maxSeqLength(), data.validationBlocks()));
        out.println("model    %s, hidden size %d, vocabulary of %,d, %,.1f million parameters, dropout %s"
                .formatted(
                        config.layout().text(),
                        config.hiddenSize(),
                        config.vocabSize(),
                        parameters / 1e6,
                        config.hiddenDropoutProb()));
        out.println(
                "run      %,d steps of %,d blocks (%.2f epochs), learning rate %s after %,d steps of warm-up, seed %d"
                        .formatted(
                                settings.maxSteps(),
                                blocksAStep,
                                (double) settings.maxSteps() * blocksAStep / data.trainingBlocks(),
                                settings.learningRate(),
                                settings.warmupSteps(),
                                training.seed()));
        TrainingMemory memory = TrainingMemory.of(
                plan,
                Parameters.elements(plan.graph().parameters()),
                backend.elementType().bytes(),
                backend.workspaceBytes());
        out.println("on       %s backend, %d threads, %,.0f MB off the heap"
                .formatted(backend.name(), compute.threads(), memory.total() / 1e6));
        out.println();
    }

    private void train(
            PretrainingSettings settings,
            MaskedLanguageTrainer trainer,
            PretrainingData data,
            Tokenizer tokenizer,
            OutputDirectory output,
            PrintWriter out) {
        TrainingConsole console = new TrainingConsole(out, 0, settings.maxSteps(), Optional::empty);
        PretrainingRun run =
                new PretrainingRun(settings, trainer, data, new SavedModel(trainer, tokenizer), output.path(), console);
        try (console) {
            run.run();
        }
        out.println();
        out.println(console.summary());
        if (run.stepsWithoutMaskedTokens() > 0) {
            out.println("%,d steps had no masked token and were passed over".formatted(run.stepsWithoutMaskedTokens()));
        }
    }

    private static void show(MaskedLanguageTrainer trainer, Tokenizer tokenizer, Backend backend, PrintWriter out) {
        FillMask fillMask = new FillMask(trainer.config(), trainer.parameters(), tokenizer, backend);
        out.println();
        for (String sample : SAMPLES) {
            out.println(sample);
            try {
                out.println(
                        "    " + FillMaskCommand.line(fillMask.fill(sample, 5).getFirst()));
            } catch (RunError cannot) {
                out.println("    (" + cannot.getMessage() + ")");
            }
        }
    }

    private void next(PrintWriter out) {
        out.println();
        out.println("Next:");
        out.println("  ./narrowbert fill-mask --model \"" + outputDirectory + "\" \"a large [MASK] with four legs.\"");
        out.println("  ./narrowbert plan --layout context-first --size base");
        out.println("  ./narrowbert pretrain --output-dir runs/mine --train-file my-text.txt --num-train-epochs 3");
    }
}
