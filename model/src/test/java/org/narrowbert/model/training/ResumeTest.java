package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.checkpoint.run.TrainingSnapshot;
import org.narrowbert.model.data.corpus.PreparedCorpus;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.training.RunOutcome.Reason;

/** A run that was stopped or died and goes on from a checkpoint is the run that was never stopped: weights, moments, importance, log lines. */
class ResumeTest {
    private static final Duration TIME = Duration.ofHours(1);

    @TempDir
    private static Path prepared;

    private static ResumeText text;

    @TempDir
    private Path folder;

    @BeforeAll
    static void prepare() throws IOException {
        text = ResumeText.prepare(prepared);
    }

    static Stream<ResumeCase> cases() {
        return Stream.iterate(0, number -> number < 40, number -> number + 1).map(ResumeCase::random);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheRunThatWasNeverStopped(ResumeCase given) throws IOException {
        List<String> unbroken = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        assertThat(run(given, whole, given.threadsBefore(), Integer.MAX_VALUE, unbroken))
                .contains(Reason.COMPLETED);
        Optional<Reason> first = run(given, parts, given.threadsBefore(), given.stopAt(), broken);
        switch (given.end()) {
            case DIES -> assertThat(first).isEmpty();
            case STOPS_IN_A_STEP -> assertThat(first).contains(Reason.STOPPED);
            // There may be none between the step and the end.
            case STOPS_IN_A_VALIDATION, STOPS_IN_A_SAVE, TIME_IS_OVER_AFTER_A_VALIDATION ->
                assertThat(first).isPresent();
            case TIME_IS_OVER_IN_A_STEP -> assertThat(first).contains(Reason.OUT_OF_TIME);
        }
        assertThat(run(given, parts, given.threadsAfter(), Integer.MAX_VALUE, broken))
                .contains(Reason.COMPLETED);
        assertThat(broken).isEqualTo(unbroken);
        String last = "checkpoint-" + given.steps();
        for (String file : List.of("model.safetensors", "optimizer.safetensors", "trainer_state.json")) {
            assertThat(parts.resolve(last).resolve(file))
                    .hasSameBinaryContentAs(whole.resolve(last).resolve(file));
        }
        RunCheckpoint one = RunCheckpoint.open(whole.resolve(last));
        RunCheckpoint other = RunCheckpoint.open(parts.resolve(last));
        assertThat(other.progress()).isEqualTo(one.progress());
        assertThat(other.importance().map(List::of).isPresent())
                .isEqualTo(given.layout().contains("["))
                .isEqualTo(one.importance().isPresent());
        one.importance()
                .ifPresent(
                        values -> assertThat(other.importance().orElseThrow()).containsExactly(values));
        assertThat(names(parts)).isEqualTo(names(whole)).allMatch(name -> name.startsWith("checkpoint-"));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /** A process: goes on from what lies in the folder, until it is done, stopped or dead (empty). */
    private static Optional<Reason> run(ResumeCase given, Path out, int threads, int stopAt, List<String> lines) {
        Optional<RunCheckpoint> from = new RunCheckpoints(out).last(notice -> {
            throw new AssertionError(notice);
        });
        // As a log does that is cut back to the checkpoint.
        RunProgress progress = from.map(RunCheckpoint::progress).orElse(RunProgress.start(17, "text"));
        lines.removeIf(line -> stepOf(line) > (line.startsWith("eval") ? progress.lastEvaluated() : progress.step()));
        BertConfig config = TinyModels.config(given.layout())
                .hiddenDropoutProb(0.1)
                .tokenKeepRandom(given.way().keptByChance())
                .build();
        TrainerOptions options = new TrainerOptions(
                AdamWSettings.DEFAULT,
                false,
                given.way().recomputes() ? LayerSet.all(config.layout()) : LayerSet.NONE,
                given.way().lastLayer());
        StopRequest stop = new StopRequest();
        AtomicLong clock = new AtomicLong();
        TrainingListener log = new TrainingListener() {
            private long step;

            @Override
            public void stepped(StepReport report) {
                step = report.step();
                if (step == stopAt && given.end() == ResumeCase.End.DIES) {
                    throw new RunError("the process died");
                }
                stopIn(ResumeCase.End.STOPS_IN_A_STEP);
                endTimeIn(ResumeCase.End.TIME_IS_OVER_IN_A_STEP);
            }

            @Override
            public void evaluating(long blocksDone, long blocks) {
                if (blocksDone > 0) {
                    stopIn(ResumeCase.End.STOPS_IN_A_VALIDATION);
                }
            }

            @Override
            public void saving() {
                stopIn(ResumeCase.End.STOPS_IN_A_SAVE);
            }

            private void stopIn(ResumeCase.End place) {
                if (step >= stopAt && given.end() == place) {
                    stop.make();
                }
            }

            private void endTimeIn(ResumeCase.End place) {
                if (step >= stopAt && given.end() == place) {
                    clock.set(TIME.toNanos());
                }
            }

            @Override
            public void logged(TrainingReport report) {
                lines.add("train %d %s %s %s %s %d %d %d %s"
                        .formatted(
                                report.step(),
                                report.epoch(),
                                report.loss(),
                                report.gradientNorm(),
                                report.learningRate(),
                                report.steps(),
                                report.tokens(),
                                report.predictions(),
                                report.flops()));
            }

            @Override
            public void evaluated(EvaluationReport report) {
                lines.add("eval %d %s %s".formatted(report.step(), report.loss(), report.metrics()));
                endTimeIn(ResumeCase.End.TIME_IS_OVER_AFTER_A_VALIDATION);
            }
        };
        try (PreparedCorpus corpus = PreparedCorpus.open(text.folder());
                Backend backend = TinyModels.backend(given.backend(), threads);
                MaskedLanguageTrainer trainer = MaskedLanguageTrainer.open(
                        config,
                        options,
                        importance(config, from),
                        ResumeText.data(given, corpus).limits(),
                        17,
                        backend);
                TrainingSnapshot room =
                        TrainingSnapshot.open(trainer.parameters().list(), backend);
                CheckpointSaver saver = new CheckpointSaver(
                        new RunCheckpoints(out),
                        files -> {},
                        OptionalInt.of(2),
                        given.background() ? Optional.of(room) : Optional.empty())) {
            Initializer.initialize(trainer.parameters(), config, 5);
            from.ifPresent(trainer::restore);
            from.ifPresent(checkpoint -> saver.resumedFrom(checkpoint.folder()));
            TrainingRun<Batch> run = new TrainingRun<>(
                    settings(given), progress, trainer, ResumeText.data(given, corpus), saver, log, stop, clock::get);
            return Optional.of(run.run().reason());
        } catch (RunError died) {
            return Optional.empty();
        }
    }

    private static long stepOf(String line) {
        return Long.parseLong(line.split(" ", -1)[1]);
    }

    private static Optional<TokenImportance> importance(BertConfig config, Optional<RunCheckpoint> from) {
        int[] always = {1, 2, 3, TinyModels.MASK};
        return config.layout().hasBrackets()
                ? Optional.of(from.flatMap(RunCheckpoint::importance)
                        .map(values -> TokenImportance.of(values, 0.9, always, 0))
                        .orElseGet(() -> TokenImportance.untrained(TinyModels.VOCABULARY, 0.9, always, 0)))
                : Optional.empty();
    }

    private static TrainingSettings settings(ResumeCase given) {
        return new TrainingSettings(
                given.steps(),
                given.accumulation(),
                5e-3,
                3,
                ScheduleSettings.DEFAULT,
                AdamWSettings.DEFAULT,
                given.intervals(),
                new StopRules(Optional.empty(), Optional.of(TIME)));
    }
}
