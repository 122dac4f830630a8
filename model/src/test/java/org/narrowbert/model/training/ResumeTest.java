package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.model.checkpoint.RunCheckpoint;
import org.narrowbert.model.checkpoint.RunCheckpoints;
import org.narrowbert.model.checkpoint.RunProgress;
import org.narrowbert.model.checkpoint.TrainingSnapshot;
import org.narrowbert.model.data.BlockSamples;
import org.narrowbert.model.data.Masker;
import org.narrowbert.model.data.TokenStream;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.tokenizer.SpecialTokens;
import org.narrowbert.model.training.RunOutcome.Reason;

/** A run that was stopped or died and goes on from a checkpoint is the run that was never stopped: weights, moments, importance, log lines. */
class ResumeTest {
    private static final List<String> LAYOUTS = List.of("{sf}4:", "{sf}1:{sf}3", "sfs{s}2:{f}3f", "sf[{sf}2]sf:");
    private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, TinyModels.MASK);
    private static final int LENGTH = 12;

    @TempDir
    private Path folder;

    /** How the first process ends. */
    enum End {
        /** It dies at a step. */
        DIES,
        /** It is asked to stop during a step. */
        STOPS_IN_A_STEP,
        /** It is asked to stop in the middle of the first validation from that step on. */
        STOPS_IN_A_VALIDATION,
        /** It is asked to stop while the first checkpoint from that step on is taken. */
        STOPS_IN_A_SAVE
    }

    /** One random case; its number is its seed. */
    record Case(
            int number,
            String layout,
            String backend,
            int steps,
            int stopAt,
            End end,
            int threadsBefore,
            int threadsAfter,
            int accumulation,
            Intervals intervals,
            boolean background) {
        static Case random(int number) {
            Random random = new Random(number);
            int steps = 4 + random.nextInt(57);
            return new Case(
                    number,
                    LAYOUTS.get(number % LAYOUTS.size()),
                    number % 10 == 9 ? "reference" : "vector",
                    steps,
                    1 + random.nextInt(steps - 1),
                    List.of(End.values()).get(random.nextInt(4)),
                    1 + random.nextInt(4),
                    1 + random.nextInt(4),
                    1 + random.nextInt(4),
                    new Intervals(1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9)),
                    random.nextBoolean());
        }
    }

    static Stream<Case> cases() {
        return Stream.iterate(0, number -> number < 40, number -> number + 1).map(Case::random);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheRunThatWasNeverStopped(Case given) throws IOException {
        List<String> unbroken = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        assertThat(run(given, whole, given.threadsBefore, Integer.MAX_VALUE, unbroken))
                .contains(Reason.COMPLETED);
        Optional<Reason> first = run(given, parts, given.threadsBefore, given.stopAt, broken);
        switch (given.end) {
            case DIES -> assertThat(first).isEmpty();
            case STOPS_IN_A_STEP -> assertThat(first).contains(Reason.STOPPED);
            // There may be none between the step and the end.
            case STOPS_IN_A_VALIDATION, STOPS_IN_A_SAVE -> assertThat(first).isPresent();
        }
        assertThat(run(given, parts, given.threadsAfter, Integer.MAX_VALUE, broken))
                .contains(Reason.COMPLETED);
        assertThat(broken).isEqualTo(unbroken);
        String last = "checkpoint-" + given.steps;
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertThat(parts.resolve(last).resolve(file))
                    .hasSameBinaryContentAs(whole.resolve(last).resolve(file));
        }
        RunCheckpoint one = RunCheckpoint.open(whole.resolve(last));
        RunCheckpoint other = RunCheckpoint.open(parts.resolve(last));
        assertThat(other.progress()).isEqualTo(one.progress());
        assertThat(other.importance().map(List::of).isPresent())
                .isEqualTo(given.layout.contains("["))
                .isEqualTo(one.importance().isPresent());
        one.importance()
                .ifPresent(
                        values -> assertThat(other.importance().orElseThrow()).containsExactly(values));
        try (Stream<Path> entries = Files.list(parts)) {
            assertThat(entries.map(path -> path.getFileName().toString()))
                    .allMatch(name -> name.startsWith("checkpoint-"));
        }
    }

    /** A process: goes on from what lies in the folder, until it is done, stopped or dead (empty). */
    private static Optional<Reason> run(Case given, Path out, int threads, int stopAt, List<String> lines) {
        Optional<RunCheckpoint> from = new RunCheckpoints(out).last(notice -> {
            throw new AssertionError(notice);
        });
        // As a log does that is cut back to the checkpoint.
        RunProgress progress = from.map(RunCheckpoint::progress).orElse(RunProgress.start(17, "text"));
        lines.removeIf(line -> stepOf(line) > (line.startsWith("eval") ? progress.lastEvaluated() : progress.step()));
        BertConfig config =
                TinyModels.config(given.layout).hiddenDropoutProb(0.1).build();
        StopRequest stop = new StopRequest();
        PretrainingListener log = new PretrainingListener() {
            private long step;

            @Override
            public void stepped(StepReport report) {
                step = report.step();
                if (step == stopAt && given.end == End.DIES) {
                    throw new RunError("the process died");
                }
                stopIn(End.STOPS_IN_A_STEP);
            }

            @Override
            public void evaluating(long blocksDone, long blocks) {
                if (blocksDone > 0) {
                    stopIn(End.STOPS_IN_A_VALIDATION);
                }
            }

            @Override
            public void saving() {
                stopIn(End.STOPS_IN_A_SAVE);
            }

            private void stopIn(End place) {
                if (step >= stopAt && given.end == place) {
                    stop.make();
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
                                report.maskedTokens(),
                                report.flops()));
            }

            @Override
            public void evaluated(EvaluationReport report) {
                lines.add("eval %d %s %s".formatted(report.step(), report.loss(), report.accuracy()));
            }
        };
        try (Backend backend = TinyModels.backend(given.backend, threads);
                MaskedLanguageTrainer trainer = MaskedLanguageTrainer.open(
                        config, AdamWSettings.DEFAULT, importance(config, from), TinyModels.LIMITS, 17, backend);
                TrainingSnapshot room =
                        TrainingSnapshot.open(trainer.parameters().list(), backend);
                CheckpointSaver saver = new CheckpointSaver(
                        new RunCheckpoints(out),
                        files -> {},
                        OptionalInt.of(2),
                        given.background ? Optional.of(room) : Optional.empty())) {
            Initializer.initialize(trainer.parameters(), config, 5);
            from.ifPresent(trainer::restore);
            from.ifPresent(checkpoint -> saver.resumedFrom(checkpoint.folder()));
            PretrainingRun run = new PretrainingRun(settings(given), progress, trainer, data(given), saver, log, stop);
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

    private static PretrainingSettings settings(Case given) {
        return new PretrainingSettings(
                given.steps,
                given.accumulation,
                5e-3,
                3,
                ScheduleSettings.DEFAULT,
                AdamWSettings.DEFAULT,
                given.intervals,
                StopRules.NONE);
    }

    private static PretrainingData data(Case given) {
        BlockSamples training = new BlockSamples(text(37), LENGTH, "training text");
        BlockSamples validation = new BlockSamples(text(3), LENGTH, "validation text");
        PretrainingData.Content content = new PretrainingData.Content(
                training,
                Optional.of(validation),
                new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, 8),
                false,
                new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, 9),
                Long.MAX_VALUE,
                3);
        return new PretrainingData(content, 2, given.accumulation);
    }

    private static TokenStream text(int blocks) {
        return TokenStream.of(new Random(blocks)
                .ints((long) blocks * LENGTH, 5, TinyModels.VOCABULARY)
                .toArray());
    }
}
