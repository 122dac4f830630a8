package org.narrowbert.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.checkpoint.RunCheckpoint;
import org.narrowbert.model.checkpoint.RunCheckpoints;
import org.narrowbert.model.checkpoint.RunProgress;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.data.PreparedCorpus;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.training.CheckpointSaver;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.PretrainingData;
import org.narrowbert.model.training.PretrainingListener;
import org.narrowbert.model.training.PretrainingRun;
import org.narrowbert.model.training.PretrainingSettings;
import org.narrowbert.model.training.RunOutcome;
import org.narrowbert.model.training.StopRequest;
import org.narrowbert.model.training.log.Listeners;
import org.narrowbert.model.training.log.PeakWatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
            "  ./narrowbert pretrain --output-dir runs/first",
            "  ./narrowbert pretrain --output-dir runs/books --train-file books.txt \\",
            "      --layout context-first --size mini --max-steps 10000",
            "  ./narrowbert pretrain --config run.yaml --learning-rate 3e-4"
        })
final class PretrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOptions runOptions = new RunOptions();

    @Mixin
    private CorpusOptions corpus = new CorpusOptions();

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private GemmOptions products = new GemmOptions();

    private PretrainCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        OutputDirectory output = runOptions.output();
        checkOptions();
        try (Interrupts interrupts = Interrupts.listen(spec.commandLine().getErr());
                RunFolder folder = RunFolder.open(output, out::println)) {
            // Once more: a run that ended while this one began has left something.
            runOptions.output();
            new RunCheckpoints(folder.path()).settle();
            Optional<RunCheckpoint> checkpoint = runOptions.checkpoint(notice -> out.println("passed over: " + notice));
            try (Tokenizer tokenizer = corpus.tokenizer()) {
                BertConfig config = config(tokenizer);
                try (PreparedCorpus text = corpus.open(
                        tokenizer, folder.path(), runOptions.resumes(), training.seed(), compute.threads(), out)) {
                    return pretrain(config, tokenizer, text, folder, checkpoint, interrupts, out);
                }
            }
        }
    }

    private BertConfig config(Tokenizer tokenizer) {
        return model.config(
                tokenizer.vocabularySize(),
                corpus.maxSeqLength(),
                tokenizer.specialTokens().pad(),
                // The first run sees each text once at most: there is nothing to overfit.
                corpus.embedded() ? 0 : BertConfig.DEFAULT_DROPOUT);
    }

    private int pretrain(
            BertConfig config,
            Tokenizer tokenizer,
            PreparedCorpus text,
            RunFolder folder,
            Optional<RunCheckpoint> checkpoint,
            Interrupts interrupts,
            PrintWriter out) {
        PretrainingData.Content content = corpus.content(text, tokenizer, training.seed());
        PretrainingData data =
                new PretrainingData(content, training.batchSize(corpus.embedded()), training.accumulation());
        PretrainingSettings settings = training.settings(corpus.embedded(), data.trainingSamples(), runOptions);
        RunCheckpoints checkpoints = new RunCheckpoints(folder.path());
        if (!runOptions.resumes()) {
            checkpoints.clear();
        }
        compute.fallback().ifPresent(out::println);
        Gemm gemm = products.forTraining(compute, config, data.limits(), runOptions.record(), out);
        RunConfig told = RunRecord.of(
                spec,
                config,
                settings,
                training.batchSize(corpus.embedded()),
                corpus.maxSeqLength(),
                compute.provider().name(),
                gemm);
        try (Backend backend = compute.open(gemm, products.precision());
                MaskedLanguageTrainer trainer = MaskedLanguageTrainer.open(
                        config,
                        training.trainer(settings, config.layout()),
                        importance(config, tokenizer, checkpoint),
                        data.limits(),
                        training.seed(),
                        backend);
                SnapshotRoom room = SnapshotRoom.open(runOptions.savesInBackground(), trainer, backend);
                CheckpointSaver saver = new CheckpointSaver(
                        checkpoints,
                        new ModelFiles(config, tokenizer).andThen(files -> RunRecord.write(told, files)),
                        runOptions.saveTotalLimit(),
                        room.snapshot())) {
            checkpoint.flatMap(_ -> runOptions.record()).ifPresent(record -> RunRecord.refuseDifferences(told, record));
            // Before any work: better than after the hours that lead to the first save.
            RunCheckpoint.requireRoom(folder.path(), trainer.state());
            RunRecord.write(told, folder.path());
            PlanSheet.ofTraining(
                            config,
                            trainer.options().recomputedLayers(),
                            trainer.plan().limits())
                    .write(folder.path(), backend, compute.threads());
            new RunDescription(
                            trainer,
                            settings,
                            data,
                            backend,
                            training.batchSize(corpus.embedded()),
                            gemm,
                            compute.threads(),
                            runOptions.savesInBackground())
                    .print(out);
            RunProgress from = begin(trainer, text, saver, checkpoint, out);
            RunOutcome outcome = train(settings, from, trainer, data, backend, saver, folder, interrupts, out);
            return end(outcome, trainer, tokenizer, backend, interrupts, out);
        }
    }

    /** Gives the trainer its weights: new ones, or a checkpoint's. */
    private RunProgress begin(
            MaskedLanguageTrainer trainer,
            PreparedCorpus text,
            CheckpointSaver saver,
            Optional<RunCheckpoint> checkpoint,
            PrintWriter out) {
        if (checkpoint.isEmpty()) {
            Initializer.initialize(trainer.parameters(), trainer.config(), training.seed());
            return RunProgress.start(training.seed(), text.fingerprint());
        }
        RunCheckpoint from = checkpoint.get();
        if (!from.progress().data().equals(text.fingerprint())) {
            throw new UserError(from.folder() + " was trained on other text than that in " + text.folder()
                    + ": name the same text, split and tokenizer as when the run began");
        }
        trainer.restore(from);
        saver.resumedFrom(from.folder());
        new RunCheckpoints(runOptions.outputDirectory())
                .removeAfter(from.progress().step())
                .forEach(later -> out.println("removed " + later + ", which is later or not whole"));
        out.println("going on from " + from.folder());
        return from.progress();
    }

    private int end(
            RunOutcome outcome,
            MaskedLanguageTrainer trainer,
            Tokenizer tokenizer,
            Backend backend,
            Interrupts interrupts,
            PrintWriter out) {
        if (outcome.reason() == RunOutcome.Reason.COMPLETED) {
            RunCheckpoint.model(trainer.state(), new ModelFiles(trainer.config(), tokenizer))
                    .writeInto(runOptions.outputDirectory());
            out.println("the model is in " + runOptions.outputDirectory());
            FreshModel.show(trainer, tokenizer, backend, out);
            FreshModel.next(runOptions.outputDirectory(), out);
            return 0;
        }
        out.println(
                switch (outcome.reason()) {
                    case STOPPED ->
                        "stopped at step %,d, which is saved in %s".formatted(outcome.step(), outcome.checkpoint());
                    case OUT_OF_TIME ->
                        "--max-train-time is over at step %,d, which is saved in %s"
                                .formatted(outcome.step(), outcome.checkpoint());
                    case COMPLETED -> "";
                });
        out.println("To go on:");
        out.println("  " + ResumeCommand.of(runOptions.outputDirectory()));
        return interrupts.exitCode().orElse(0);
    }

    /** Refuses wrong options before any work is done. */
    private void checkOptions() {
        corpus.check();
        TrainingOptions.checkTokens(training.batchSize(corpus.embedded()), corpus.maxSeqLength());
        training.trainer(
                training.settings(corpus.embedded(), 1, runOptions),
                model.config(1_000, corpus.maxSeqLength(), 0).layout());
        runOptions.saveTotalLimit();
        compute.check();
        products.check(compute);
    }

    private static Optional<TokenImportance> importance(
            BertConfig config, Tokenizer tokenizer, Optional<RunCheckpoint> checkpoint) {
        if (!config.layout().hasBrackets()) {
            return Optional.empty();
        }
        var special = tokenizer.specialTokens();
        int[] always = {special.unk(), special.cls(), special.sep(), special.mask()};
        return Optional.of(checkpoint
                .flatMap(RunCheckpoint::importance)
                .map(values -> TokenImportance.of(values, config.tokenImportanceBeta(), always, special.pad()))
                .orElseGet(() -> TokenImportance.untrained(
                        config.vocabSize(), config.tokenImportanceBeta(), always, special.pad())));
    }

    private RunOutcome train(
            PretrainingSettings settings,
            RunProgress from,
            MaskedLanguageTrainer trainer,
            PretrainingData data,
            Backend backend,
            CheckpointSaver saver,
            RunFolder folder,
            Interrupts interrupts,
            PrintWriter out) {
        StopRequest stop = new StopRequest();
        interrupts.stopBy(stop);
        PeakWatch peak = PeakWatch.of(backend);
        TrainingConsole console = new TrainingConsole(out, from.step(), settings.maxSteps(), peak);
        RunOutcome outcome;
        long withoutMaskedTokens;
        try (console;
                RunLogs logs = RunLogs.open(folder.path(), from, peak)) {
            PretrainingListener listener = Listeners.of(folder, peak, console, logs.metrics(), logs.events());
            PretrainingRun run = new PretrainingRun(settings, from, trainer, data, saver, listener, stop);
            outcome = run.run();
            withoutMaskedTokens = run.stepsWithoutMaskedTokens();
        }
        out.println();
        out.println(console.summary());
        if (withoutMaskedTokens > 0) {
            out.println("%,d steps had no masked token and were passed over".formatted(withoutMaskedTokens));
        }
        return outcome;
    }
}
