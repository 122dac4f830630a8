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
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
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
import org.narrowbert.model.data.CorpusPreparation;
import org.narrowbert.model.data.DocumentSamples;
import org.narrowbert.model.data.Masker;
import org.narrowbert.model.data.Masking;
import org.narrowbert.model.data.PackedSamples;
import org.narrowbert.model.data.PreparedCorpus;
import org.narrowbert.model.data.Samples;
import org.narrowbert.model.data.TextFiles;
import org.narrowbert.model.data.TokenStream;
import org.narrowbert.model.data.ValidationSplit;
import org.narrowbert.model.data.WholeWordMasker;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.tokenizer.SpecialTokens;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.training.RunOutcome.Reason;

/** A run that was stopped or died and goes on from a checkpoint is the run that was never stopped: weights, moments, importance, log lines. */
class ResumeTest {
    private static final List<String> LAYOUTS = List.of("{sf}4:", "{sf}1:{sf}3", "sfs{s}2:{f}3f", "sf[{sf}2]sf:");
    private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, TinyModels.MASK);
    private static final int LENGTH = 12;
    private static final List<Integer> THREADS = List.of(1, 2, 3, 7);
    private static final Duration TIME = Duration.ofHours(1);

    /** Special tokens, words and, from {@link #PIECES} on, pieces that go on a word. */
    private static final List<String> TOKENS = Stream.of(
                    Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
                    IntStream.range(0, 28).mapToObj(i -> Character.toString(i < 26 ? 'a' + i : '0' + i - 26)),
                    IntStream.range(0, 28).mapToObj(i -> "##" + Character.toString(i < 26 ? 'a' + i : '0' + i - 26)))
            .flatMap(tokens -> tokens)
            .toList();

    private static final int PIECES = 33;

    @TempDir
    private static Path prepared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void prepare() throws IOException {
        Random random = new Random(6);
        StringBuilder text = new StringBuilder();
        for (int document = 0; document < 60; document++) {
            for (int words = 1 + random.nextInt(12); words > 0; words--) {
                for (int letters = 1 + random.nextInt(3); letters > 0; letters--) {
                    text.append((char) ('a' + random.nextInt(26)));
                }
                text.append(words > 1 ? " " : "\n\n");
            }
        }
        Path file = Files.writeString(prepared.resolve("text.txt"), text);
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            new CorpusPreparation(TextFiles.of(file), Optional.empty(), new ValidationSplit(0.1, 5), tokenizer, LENGTH)
                    .write(prepared.resolve("data"), false, 1, bytes -> {}, notice -> {});
        }
    }

    /** What a sample is. */
    enum Cut {
        BLOCKS,
        PACKS,
        LINES
    }

    /**
     * What a run trains on, and how.
     *
     * @param cut of its samples
     * @param shards whether they are read from a folder of shards
     * @param wholeWords whether words are masked as a whole
     * @param staticMasks whether a sample is masked the same in every epoch
     * @param keptByChance share of the tokens between brackets that are kept by chance
     * @param recomputes whether activations are made again in the backward pass
     */
    record Way(
            Cut cut, boolean shards, boolean wholeWords, boolean staticMasks, double keptByChance, boolean recomputes) {
        static Way random(Random random) {
            return new Way(
                    List.of(Cut.values()).get(random.nextInt(3)),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean() ? 0.5 : 0,
                    random.nextBoolean());
        }
    }

    /** How the first process ends. */
    enum End {
        /** It dies at a step. */
        DIES,
        /** It is asked to stop during a step. */
        STOPS_IN_A_STEP,
        /** It is asked to stop in the middle of the first validation from that step on. */
        STOPS_IN_A_VALIDATION,
        /** It is asked to stop while the first checkpoint from that step on is taken. */
        STOPS_IN_A_SAVE,
        /** Its time is over during a step. */
        TIME_IS_OVER_IN_A_STEP,
        /** Its time is over at the end of the first validation from that step on. */
        TIME_IS_OVER_AFTER_A_VALIDATION
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
            boolean background,
            Way way) {
        static Case random(int number) {
            Random random = new Random(number);
            int steps = 4 + random.nextInt(57);
            return new Case(
                    number,
                    LAYOUTS.get(number % LAYOUTS.size()),
                    number % 10 == 9 ? "reference" : "vector",
                    steps,
                    1 + random.nextInt(steps - 1),
                    List.of(End.values()).get(random.nextInt(6)),
                    THREADS.get(random.nextInt(4)),
                    THREADS.get(random.nextInt(4)),
                    1 + random.nextInt(4),
                    new Intervals(1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9)),
                    random.nextBoolean(),
                    Way.random(random));
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
            case STOPS_IN_A_VALIDATION, STOPS_IN_A_SAVE, TIME_IS_OVER_AFTER_A_VALIDATION ->
                assertThat(first).isPresent();
            case TIME_IS_OVER_IN_A_STEP -> assertThat(first).contains(Reason.OUT_OF_TIME);
        }
        assertThat(run(given, parts, given.threadsAfter, Integer.MAX_VALUE, broken))
                .contains(Reason.COMPLETED);
        assertThat(broken).isEqualTo(unbroken);
        String last = "checkpoint-" + given.steps;
        for (String file : List.of("model.safetensors", "optimizer.safetensors", "trainer_state.json")) {
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
        assertThat(names(parts)).isEqualTo(names(whole)).allMatch(name -> name.startsWith("checkpoint-"));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
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
        BertConfig config = TinyModels.config(given.layout)
                .hiddenDropoutProb(0.1)
                .tokenKeepRandom(given.way.keptByChance)
                .build();
        TrainerOptions options = new TrainerOptions(
                AdamWSettings.DEFAULT, false, given.way.recomputes ? LayerSet.all(config.layout()) : LayerSet.NONE);
        StopRequest stop = new StopRequest();
        AtomicLong clock = new AtomicLong();
        PretrainingListener log = new PretrainingListener() {
            private long step;

            @Override
            public void stepped(StepReport report) {
                step = report.step();
                if (step == stopAt && given.end == End.DIES) {
                    throw new RunError("the process died");
                }
                stopIn(End.STOPS_IN_A_STEP);
                endTimeIn(End.TIME_IS_OVER_IN_A_STEP);
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

            private void endTimeIn(End place) {
                if (step >= stopAt && given.end == place) {
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
                                report.maskedTokens(),
                                report.flops()));
            }

            @Override
            public void evaluated(EvaluationReport report) {
                lines.add("eval %d %s %s".formatted(report.step(), report.loss(), report.accuracy()));
                endTimeIn(End.TIME_IS_OVER_AFTER_A_VALIDATION);
            }
        };
        try (PreparedCorpus corpus = PreparedCorpus.open(prepared.resolve("data"));
                Backend backend = TinyModels.backend(given.backend, threads);
                MaskedLanguageTrainer trainer = MaskedLanguageTrainer.open(
                        config,
                        options,
                        importance(config, from),
                        data(given, corpus).limits(),
                        17,
                        backend);
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
            PretrainingRun run = new PretrainingRun(
                    settings(given), progress, trainer, data(given, corpus), saver, log, stop, clock::get);
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
                new StopRules(Optional.empty(), Optional.of(TIME)));
    }

    private static PretrainingData data(Case given, PreparedCorpus corpus) {
        PretrainingData.Content content = new PretrainingData.Content(
                samples(given, given.way.shards ? corpus.training() : text(37), "training text"),
                Optional.of(samples(given, given.way.shards ? corpus.validation() : text(3), "validation text")),
                masking(given, 8),
                given.way.staticMasks,
                masking(given, 9),
                Long.MAX_VALUE,
                3);
        return new PretrainingData(content, 2, given.accumulation);
    }

    private static Samples samples(Case given, TokenStream text, String name) {
        return switch (given.way.cut) {
            case BLOCKS -> new BlockSamples(text, LENGTH, name);
            case PACKS -> new PackedSamples(text, LENGTH, name);
            case LINES -> new DocumentSamples(text, LENGTH, name);
        };
    }

    private static Masking masking(Case given, long seed) {
        Masker tokens = new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, seed);
        if (!given.way.wholeWords) {
            return tokens;
        }
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            return WholeWordMasker.of(tokens, tokenizer);
        }
    }

    /** Documents of 3 to 12 tokens, about as many tokens as so many blocks have; one token in four goes on a word. */
    private static TokenStream text(int blocks) {
        Random random = new Random(blocks);
        List<int[]> documents = new ArrayList<>();
        for (int document = 0; document < blocks * 8 / 5; document++) {
            int[] ids = new int[3 + random.nextInt(LENGTH - 2)];
            for (int i = 1; i < ids.length - 1; i++) {
                ids[i] = i > 1 && random.nextInt(4) == 0
                        ? random.nextInt(PIECES, TinyModels.VOCABULARY)
                        : random.nextInt(5, PIECES);
            }
            ids[0] = SPECIAL.cls();
            ids[ids.length - 1] = SPECIAL.sep();
            documents.add(ids);
        }
        return TokenStream.of(documents.toArray(int[][]::new));
    }
}
