package org.narrowbert.cli.finetune;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.narrowbert.cli.model.ModelFiles;
import org.narrowbert.cli.options.ComputeOptions;
import org.narrowbert.cli.plan.PlanSheet;
import org.narrowbert.cli.run.RunDescription;
import org.narrowbert.cli.run.RunOptions;
import org.narrowbert.cli.run.RunSubject;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.checkpoint.LoadReport;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.checkpoint.tensor.TensorInfo;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.finetuning.TaskDetails;
import org.narrowbert.model.finetuning.TaskResults;
import org.narrowbert.model.finetuning.TaskScorer;
import org.narrowbert.model.finetuning.TaskTrainer;
import org.narrowbert.model.finetuning.batch.LabelledBatch;
import org.narrowbert.model.finetuning.batch.TaskData;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.training.Evaluation;
import org.narrowbert.model.training.Predictions;
import org.narrowbert.model.training.RunOutcome;
import org.narrowbert.model.training.TrainingData;
import org.narrowbert.model.training.TrainingSettings;

/**
 * Fine-tuning of a pretrained model for a task.
 *
 * @param compute on what
 * @param run about the run as a whole
 * @param checkpoint where the run goes on from; empty when it starts
 * @param trainer owned
 * @param results told what the run came to, if it comes to its end
 * @param out told what becomes of the pretrained model's tensors
 */
record FineTuningSubject(
        FineTuneOptions options,
        ComputeOptions compute,
        RunOptions run,
        FineTuningTask task,
        Optional<RunCheckpoint> checkpoint,
        TaskTrainer trainer,
        Consumer<TaskResults> results,
        PrintWriter out)
        implements RunSubject<LabelledBatch> {
    private static final int NAMED = 4;

    /** Sets aside the memory of what is trained. */
    static FineTuningSubject open(
            FineTuneOptions options,
            ComputeOptions compute,
            RunOptions run,
            FineTuningTask task,
            Optional<RunCheckpoint> checkpoint,
            Backend backend,
            Consumer<TaskResults> results,
            PrintWriter out) {
        TaskSets.Part scored = task.sets().deciding().orElse(task.sets().training());
        return new FineTuningSubject(
                options,
                compute,
                run,
                task,
                checkpoint,
                TaskTrainer.open(
                        task.model(),
                        options.trainer(task.settings(), task.model().config().layout()),
                        () -> task.scorer(scored, options),
                        task.data().limits(),
                        task.seed(),
                        backend),
                results,
                out);
    }

    @Override
    public TrainingSettings settings() {
        return task.settings();
    }

    @Override
    public TrainingData<LabelledBatch> data() {
        return task.data();
    }

    @Override
    public Predictions predictions() {
        return Predictions.LABELS;
    }

    @Override
    public void describe(Backend backend, PrintWriter out) {
        TaskData data = task.data();
        new RunDescription(
                        "%s: %,d examples to train on, %,d to evaluate on%s"
                                .formatted(
                                        task.task().name(),
                                        data.trainingSamples(),
                                        data.validationSamples(),
                                        task.labels().isEmpty() ? "" : ", labels " + String.join(", ", task.labels())),
                        task.model().config(),
                        trainer.plan(),
                        trainer.options().recomputedLayers(),
                        task.settings(),
                        data.epochs(task.settings().maxSteps()),
                        options.batchSize(),
                        new RunDescription.Computing(backend, task.gemm(), compute.threads()),
                        run.savesInBackground())
                .print(out);
    }

    @Override
    public void writePlan(Path folder, Backend backend) {
        PlanSheet.ofTraining(
                        task.model().config(),
                        trainer.options().narrowing(),
                        trainer.options().recomputedLayers(),
                        trainer.plan().limits(),
                        (config, last, twice, limits, attention) -> task.model()
                                .with(config)
                                .head(HeadMode.training(last, task.model().frozen()))
                                .trainingPlan(limits, twice, attention))
                .write(folder, backend, compute.threads());
    }

    /** The pretrained weights; what it lacks for the task, drawn by the seed. */
    @Override
    public RunProgress start() {
        Initializer.initialize(trainer.parameters(), task.model().config(), task.seed());
        Optional<String> otherHead = task.whyOtherHead();
        LoadReport report = task.pretrained()
                .load(trainer.parameters(), name -> otherHead.isEmpty() || !HeadTensors.isOfLastLayer(name));
        List<String> missing = report.missing().stream()
                .filter(name -> !HeadTensors.isOfHead(name))
                .toList();
        new LoadReport(report.folder(), missing, report.unexpected()).requireComplete();
        tell(report, otherHead);
        return RunProgress.start(task.seed(), task.fingerprint());
    }

    /** What is drawn at random, what is left aside, and why a head that is there is not taken. */
    private void tell(LoadReport report, Optional<String> otherHead) {
        if (!report.missing().isEmpty()) {
            out.println("fresh: " + String.join(", ", report.missing()));
        }
        List<String> left = Stream.concat(
                        task.pretrained().tensors().stream()
                                .map(TensorInfo::name)
                                .filter(HeadTensors::isOfLastLayer)
                                .filter(name -> otherHead.isPresent()),
                        report.unexpected().stream())
                .distinct()
                .toList();
        if (!left.isEmpty()) {
            out.println("not used of " + report.folder() + ": "
                    + String.join(", ", left.subList(0, Math.min(NAMED, left.size())))
                    + (left.size() > NAMED ? " and " + (left.size() - NAMED) + " more" : ""));
        }
        otherHead
                .filter(_ -> left.stream().anyMatch(HeadTensors::isOfLastLayer))
                .ifPresent(why -> out.println("its head is not taken: " + why));
    }

    @Override
    public void restore(RunCheckpoint from) {
        trainer.restore(from);
    }

    @Override
    public Consumer<Path> files() {
        int maxTokens =
                options.sequences().maxSeqLength(task.task(), task.model().config(), TunedWith.NOTHING);
        return new ModelFiles(maxTokens, task.tokenizer());
    }

    @Override
    public void complete(Path folder, RunOutcome outcome, Backend backend, PrintWriter out) {
        if (outcome.reason() == RunOutcome.Reason.STOPPED_EARLY) {
            out.println("stopped at step %,d: no evaluation was better since".formatted(outcome.step()));
        }
        outcome.best().filter(best -> options.loadsBest()).ifPresent(best -> loadBest(folder, best, out));
        RunCheckpoint.model(trainer.state(), files()).writeInto(folder);
        TaskResults found = measure(folder);
        found.lines().forEach(out::println);
        results.accept(found);
        task.sets().baseline().ifPresent(majority -> out.println("  (" + majority.text() + ")"));
        out.println("the model is in " + folder);
        FineTuned.next(folder, task, out);
    }

    /** Takes the weights of the best checkpoint, once it is known to be what was written. */
    private void loadBest(Path folder, RunProgress.Best best, PrintWriter out) {
        Path found = found(new RunCheckpoints(folder).folder(best.step()));
        try {
            RunCheckpoint.open(found);
            try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(found)) {
                saved.load(trainer.parameters()).requireComplete();
            }
        } catch (RunError error) {
            throw new RunError(
                    "the best model, that of step " + best.step() + ", cannot be read: " + error.getMessage(), error);
        }
        out.println("best at step %,d: %s %.4f"
                .formatted(best.step(), task.settings().bestMetric().name(), best.value()));
    }

    /** The best checkpoint: of a run that goes on elsewhere it may lie beside the one that it began from. */
    private Path found(Path own) {
        return checkpoint
                .map(from -> from.folder().toAbsolutePath().resolveSibling(own.getFileName()))
                .filter(other -> !Files.exists(own) && RunCheckpoint.isIn(other))
                .orElse(own);
    }

    /** Measures the kept model on every set, and writes the figures and what is good and bad of them. */
    private TaskResults measure(Path folder) {
        Map<String, TaskResults.Measured> found = new LinkedHashMap<>();
        Map<String, TaskDetails> details = new LinkedHashMap<>();
        for (TaskSets.Part part : task.sets().measured()) {
            TaskScorer scorer = task.detailedScorer(part, options);
            Evaluation evaluation = trainer.evaluate(
                    TaskData.inOrder(part.samples(), task.batches(), options.evaluationBatchSize()), scorer);
            found.put(
                    part.name(),
                    new TaskResults.Measured(evaluation, part.set().examples().size()));
            details.put(part.name(), scorer.details());
        }
        if (!details.isEmpty()) {
            TaskDetails.write(details, folder.resolve(TaskDetails.FILE));
        }
        return TaskResults.of(found).write(folder);
    }

    @Override
    public void close() {
        trainer.close();
    }
}
