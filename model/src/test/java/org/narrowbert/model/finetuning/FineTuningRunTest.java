package org.narrowbert.model.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.FrozenLayers;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.finetuning.batch.TaskBatches;
import org.narrowbert.model.finetuning.batch.TaskData;
import org.narrowbert.model.finetuning.sample.EncodedText;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.reading.TableColumns;
import org.narrowbert.model.training.CheckpointSaver;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.Intervals;
import org.narrowbert.model.training.RunOutcome;
import org.narrowbert.model.training.StopRequest;
import org.narrowbert.model.training.StopRules;
import org.narrowbert.model.training.TrainerOptions;
import org.narrowbert.model.training.TrainingListener;
import org.narrowbert.model.training.TrainingRun;
import org.narrowbert.model.training.TrainingSettings;

/** A run that trains a model for a task and is asked to stop. */
class FineTuningRunTest {
    private static final int EXAMPLES = 8;
    private static final List<String> LABELS = List.of("no", "yes");
    private static final Task TASK = Task.ofTexts(TaskKind.SINGLE_LABEL, TableColumns.usual());

    @TempDir
    private Path folder;

    private static LabelledSet<TextExample> examples() {
        List<TextExample> examples = IntStream.range(0, EXAMPLES)
                .mapToObj(i -> new TextExample("text " + i, Optional.empty(), new Target.Label(i % 2)))
                .toList();
        return new LabelledSet<>(Path.of("made.csv"), TaskKind.SINGLE_LABEL, LABELS, examples, List.of());
    }

    /** Makes the request in a validation, once two of its four batches are done. */
    private record StopsInValidation(int step, StopRequest stop, List<String> events) implements TrainingListener {
        @Override
        public void evaluating(long done, long all) {
            if (done == EXAMPLES / 2 && events.size() == step) {
                stop.make();
            }
        }

        @Override
        public void evaluated(EvaluationReport report) {
            events.add("evaluated " + report.step());
        }
    }

    private RunOutcome run(RunProgress from, StopsInValidation listener) {
        LabelledSet<TextExample> set = examples();
        List<TaskSample> samples = set.examples().stream()
                .map(example -> (TaskSample) new TaskSample.OfText(
                        new EncodedText(new int[] {2, 5 + set.examples().indexOf(example), 3}, 3), example.target()))
                .toList();
        TaskBatches batches = new TaskBatches(TaskKind.SINGLE_LABEL, 2, new double[0]);
        TaskData data = new TaskData(samples, List.of(samples), batches, 5, 2, 1, 2);
        BertConfig config = BertConfig.builder(Layout.parse("{sf}1:{sf}1"), new ModelShape(2, 16, 2, 32), 20)
                .maxPositionEmbeddings(8)
                .initializerRange(0.3)
                .build();
        TrainingSettings settings = new TrainingSettings(
                4,
                1,
                1e-3,
                0,
                ScheduleSettings.DEFAULT,
                AdamWSettings.DEFAULT,
                new Intervals(2, 10, 2),
                StopRules.NONE);
        try (Backend backend = Backends.find().named("vector").open(new BackendOptions(1));
                TaskTrainer trainer = TaskTrainer.open(
                        TaskHeads.model(config, TASK, LABELS, FrozenLayers.NONE),
                        TrainerOptions.of(AdamWSettings.DEFAULT),
                        () -> new TaskScorer(TASK, set, samples, new AnswerRules(1, 1, false, 0)),
                        data.limits(),
                        17,
                        backend);
                CheckpointSaver saver = new CheckpointSaver(
                        new RunCheckpoints(folder), files -> {}, OptionalInt.empty(), Optional.empty())) {
            Initializer.initialize(trainer.parameters(), config, 5);
            if (from.step() > 0) {
                trainer.restore(RunCheckpoint.open(new RunCheckpoints(folder).folder(from.step())));
            }
            return new TrainingRun<>(settings, from, trainer, data, saver, listener, listener.stop()).run();
        }
    }

    @Test
    void aRunThatIsAskedToStopInTheMiddleOfAValidationSavesAndValidatesAgainWhenItGoesOn() {
        RunProgress start = RunProgress.start(17, "made");
        StopsInValidation first = new StopsInValidation(1, new StopRequest(), new ArrayList<>());
        RunOutcome stopped = run(start, first);
        assertThat(stopped.reason()).isEqualTo(RunOutcome.Reason.STOPPED);
        assertThat(stopped.step()).isEqualTo(2);
        assertThat(first.events()).containsExactly("evaluated 0");
        RunCheckpoint saved = RunCheckpoint.open(stopped.checkpoint());
        assertThat(saved.progress().lastEvaluated()).isEqualTo(0);
        StopsInValidation second = new StopsInValidation(Integer.MAX_VALUE, new StopRequest(), new ArrayList<>());
        assertThat(run(saved.progress(), second).reason()).isEqualTo(RunOutcome.Reason.COMPLETED);
        assertThat(second.events()).containsExactly("evaluated 2", "evaluated 4");
    }
}
