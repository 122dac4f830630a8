package org.narrowbert.model.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongConsumer;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.data.corpus.TokenStream;
import org.narrowbert.model.data.sample.BlockSamples;
import org.narrowbert.model.data.sample.Masker;
import org.narrowbert.model.tokenizer.SpecialTokens;

/** A run of a tiny model on a text that repeats itself, and what it tells of itself. */
final class TinyRun {
    static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, TinyModels.MASK);

    static final int LENGTH = 12;

    private final Path out;
    private final List<String> events = new ArrayList<>();
    private LongConsumer spoil = step -> {};
    private final List<Double> validationLosses = new ArrayList<>();

    private final TrainingListener listener = new TrainingListener() {
        @Override
        public void stepped(StepReport report) {
            events.add("step " + report.step());
            spoil.accept(report.step());
        }

        @Override
        public void evaluated(EvaluationReport report) {
            events.add("evaluated " + report.step());
            validationLosses.add(report.loss());
        }

        @Override
        public void saved(SaveReport report) {
            events.add("saved " + report.folder().getFileName());
        }
    };

    /**
     * A run that has not begun.
     *
     * @param out its folder
     */
    TinyRun(Path out) {
        this.out = out;
    }

    /** What happened, in its order. */
    List<String> events() {
        return events;
    }

    /** The losses of all validations. */
    List<Double> validationLosses() {
        return validationLosses;
    }

    /** Hears what happens. */
    TrainingListener listener() {
        return listener;
    }

    /** Does something after every step. */
    void spoil(LongConsumer afterStep) {
        spoil = afterStep;
    }

    /** Trains a model. */
    RunOutcome train(MaskedLanguageTrainer trainer, TrainingSettings settings) {
        try (CheckpointSaver saver = saver()) {
            return new TrainingRun<>(
                            settings,
                            RunProgress.start(17, "text"),
                            trainer,
                            data(),
                            saver,
                            listener,
                            new StopRequest())
                    .run();
        }
    }

    /** Saves while training waits, so that events come in one order. */
    CheckpointSaver saver() {
        return new CheckpointSaver(new RunCheckpoints(out), files -> {}, OptionalInt.empty(), Optional.empty());
    }

    static MaskedLanguageTrainer trainer(Backend backend) {
        return TinyModels.trainer(TinyModels.config("{sf}1:{sf}1").build(), backend);
    }

    static TrainingSettings settings(long steps, long evalSteps, long saveSteps) {
        return new TrainingSettings(
                steps,
                1,
                5e-3,
                2,
                ScheduleSettings.DEFAULT,
                AdamWSettings.DEFAULT,
                new Intervals(evalSteps, 10, saveSteps),
                StopRules.NONE);
    }

    /** A text that repeats itself, so that there is something to learn. */
    static PretrainingData data() {
        BlockSamples training = new BlockSamples(text(40), LENGTH, "training text");
        BlockSamples validation = new BlockSamples(text(5), LENGTH, "validation text");
        Masker masker = new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, 8);
        Masker fixed = new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, 9);
        return new PretrainingData(
                new PretrainingData.Content(training, Optional.of(validation), masker, false, fixed, Long.MAX_VALUE, 3),
                2,
                1);
    }

    static TokenStream text(int blocks) {
        int[] ids = new int[blocks * LENGTH];
        for (int place = 0; place < ids.length; place++) {
            ids[place] = 5 + place * 7 % 18;
        }
        return TokenStream.of(ids);
    }
}
