package org.narrowbert.cli.finetune;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.narrowbert.cli.exit.Interrupts;
import org.narrowbert.cli.options.ComputeOptions;
import org.narrowbert.cli.options.GemmOptions;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.cli.run.OpenRun;
import org.narrowbert.cli.run.RunBeginning;
import org.narrowbert.cli.run.RunFolder;
import org.narrowbert.cli.run.RunOptions;
import org.narrowbert.cli.run.RunRecord;
import org.narrowbert.cli.run.SameRun;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.finetuning.TaskHeads;
import org.narrowbert.model.finetuning.TaskModel;
import org.narrowbert.model.finetuning.TaskResults;
import org.narrowbert.model.finetuning.batch.LabelledBatch;
import org.narrowbert.model.finetuning.batch.TaskBatches;
import org.narrowbert.model.finetuning.batch.TaskData;
import org.narrowbert.model.finetuning.sample.ExampleEncoder;
import org.narrowbert.model.finetuning.sample.SampleFingerprint;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.inference.ModelFit;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.TaskFiles;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.training.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Fine-tunes a pretrained model for a task, and saves the best epoch's as a Hugging Face directory. */
@Command(
        name = "finetune",
        description =
                "Fine-tunes a pretrained model for a task with labelled examples and saves the best epoch's model.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert finetune --model bert-base-uncased --output-dir runs/mrpc \\",
            "      --task-name mrpc --data-dir glue/MRPC",
            "  ./narrowbert finetune --model runs/mine --output-dir runs/stars \\",
            "      --train-file train.csv --validation-file dev.csv \\",
            "      --text-column review --label-column stars --seeds 1,2,3",
            "  ./narrowbert finetune --model runs/mine --output-dir runs/ner \\",
            "      --task-name conll2003 --data-dir conll2003",
            "  ./narrowbert finetune --task-name wordnet --output-dir runs/wordnet"
        })
public final class FineTuneCommand implements Callable<Integer> {
    private static final String NAME = "finetune";

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private TaskOptions taskOptions = new TaskOptions();

    @Mixin
    private FineTuneOptions options = new FineTuneOptions();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private GemmOptions products = new GemmOptions();

    private FineTuneCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Task task = taskOptions.task();
        check(task);
        List<Long> seeds = options.seeds();
        if (!options.hasSeveralSeeds()) {
            return fineTune(task, run, seeds.getFirst(), () -> {}, results -> {}, out);
        }
        SeedRuns runs = new SeedRuns(run, seeds);
        runs.check();
        return runs.trainAll((own, seed, results) -> fineTune(task, own, seed, runs::begin, results, out), out);
    }

    /** Refuses wrong options before any work is done. */
    private void check(Task task) {
        run.saveTotalLimit();
        compute.check();
        products.checkForTraining(compute);
        options.sequences().check(task);
        options.answerRules(task);
        options.frozen();
        options.classWeighting();
        TaskFiles files = taskOptions.files(task);
        boolean isEmbedded = TaskSetFiles.isEmbedded(task, TaskSetFiles.trainFile(files, options.data()));
        // Of two labels most figures are known; of more, the figure that is asked for is looked at again.
        int labels = task.labels().isEmpty() ? 2 : task.labels().size();
        options.settings(task, labels, 1, options.data().validates(files, isEmbedded), run);
    }

    /**
     * One run.
     *
     * @param beginning done when nothing can be refused any more
     * @param results told what the run came to, if it came to its end
     */
    private int fineTune(
            Task task, RunOptions own, long seed, Runnable beginning, Consumer<TaskResults> results, PrintWriter out) {
        OutputDirectory output = own.output();
        try (Interrupts interrupts = Interrupts.listenForRun(spec.commandLine().getErr());
                RunFolder folder = RunFolder.open(output, out::println)) {
            // Once more: a run that ended while this one began has left something.
            own.output();
            new RunCheckpoints(folder.path()).settle();
            Optional<RunCheckpoint> checkpoint = own.checkpoint(notice -> out.println("passed over: " + notice));
            RunBeginning.clear(folder.path(), own.resumes(), checkpoint.isPresent(), out);
            if (!own.resumes()) {
                // A run that is resumed is told its model by its record, and may be told another cache.
                options.model().check();
            }
            Path from = options.model().folder(spec.commandLine().getErr());
            try (HuggingFaceDirectory pretrained = HuggingFaceDirectory.open(from);
                    Tokenizer tokenizer = Tokenizer.open(from)) {
                compute.fallback().ifPresent(out::println);
                FineTuningTask prepared = prepare(task, own, seed, pretrained, tokenizer, out);
                RunConfig told = told(prepared, own);
                checkpoint.ifPresent(start -> {
                    prepared.settings().requireReachable(start.progress().step());
                    RunRecord.refuseDifferences(told, start.folder());
                    SameRun.require(
                            start,
                            prepared.fingerprint(),
                            seed,
                            "examples than those of "
                                    + prepared.sets().sources()
                                    + ": name the same files and tokenizer as when the run began");
                });
                try (Backend backend = compute.open(prepared.gemm(), products.precision());
                        FineTuningSubject subject = FineTuningSubject.open(
                                options, compute, own, prepared, checkpoint, backend, results, out);
                        OpenRun<LabelledBatch> open = OpenRun.open(own, subject, NAME, folder, backend, out)) {
                    beginning.run();
                    return open.run(told, checkpoint, interrupts);
                }
            }
        }
    }

    /** Reads and encodes the task's files, and works out all that follows from them. */
    private FineTuningTask prepare(
            Task task,
            RunOptions own,
            long seed,
            HuggingFaceDirectory pretrained,
            Tokenizer tokenizer,
            PrintWriter out) {
        BertConfig saved = pretrained.config();
        // No token of a task's text is dropped.
        BertConfig config = saved.withLayout(saved.layout().withoutBrackets());
        ModelFit.requireTokens(tokenizer, config);
        Consumer<String> notices = note -> out.println("note: " + note);
        // Refuses a length that the model has not before any file is read.
        ExampleEncoder encoder = options.sequences().encoder(task, config, tokenizer, TunedWith.NOTHING);
        TaskSets sets = TaskSets.encode(
                TaskSetFiles.read(task, taskOptions.files(task), options.data(), notices),
                options.data(),
                encoder,
                notices);
        sets.requireFit(config);
        LabelledSet<?> training = sets.training().set();
        TaskModel model = TaskHeads.model(config, task, training.labels(), options.frozen());
        List<TaskSample> samples = sets.training().samples();
        TaskBatches batches = new TaskBatches(
                task.kind(), model.labels(), options.classWeighting().of(task.kind(), training.labels(), samples));
        TaskData data = new TaskData(
                samples,
                sets.measuredSamples(),
                batches,
                seed,
                options.batchSize(),
                options.accumulation(),
                options.evaluationBatchSize());
        TrainingSettings settings = options.settings(
                task,
                training.labels().size(),
                data.stepsPerEpoch(),
                sets.deciding().isPresent(),
                own);
        Narrowing narrowing = options.narrowing().narrowing();
        Gemm gemm = products.forTraining(
                compute,
                () -> model.head(HeadMode.training(narrowing.lastLayer(), model.frozen()))
                        .trainingPlan(data.limits(), LayerSet.NONE, narrowing.attention()),
                own.record(),
                out);
        return new FineTuningTask(
                pretrained,
                tokenizer,
                task,
                sets,
                model,
                batches,
                data,
                settings,
                gemm,
                seed,
                SampleFingerprint.of(sets.samples()));
    }

    /** All options of the run, with what was worked out for those that nobody told. */
    private RunConfig told(FineTuningTask prepared, RunOptions own) {
        TrainingSettings settings = prepared.settings();
        Map<String, Object> worked = new HashMap<>();
        worked.put("output-dir", own.outputDirectory());
        worked.put("seed", prepared.seed());
        worked.putAll(options.sequences().told(prepared.task(), prepared.model().config()));
        worked.put("max-steps", settings.maxSteps());
        worked.put("learning-rate", settings.learningRate());
        worked.put("warmup-steps", settings.warmupSteps());
        worked.put("lr-scheduler-type", settings.scheduler().type());
        worked.put("eval-steps", settings.intervals().evaluation());
        worked.put("save-steps", settings.intervals().saving());
        worked.put("metric-for-best-model", settings.bestMetric().name());
        worked.put("backend", compute.provider().name());
        worked.put("gemm", prepared.gemm().text());
        return RunRecord.of(spec, worked, List.of("seeds"));
    }
}
