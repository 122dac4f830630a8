package org.narrowbert.cli.bench;

import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.TrainerOptions;

/** Forward, backward, clipping and AdamW on a batch. */
final class TrainingStep implements Workload {
    private static final double LEARNING_RATE = 1e-5;
    private static final double IMPORTANCE_BETA = 0.995;

    private final MaskedLanguageTrainer trainer;
    private final Batch batch;
    private long steps;

    private TrainingStep(MaskedLanguageTrainer trainer, Batch batch) {
        this.trainer = trainer;
        this.batch = batch;
    }

    /** A model with random weights, ready to be trained on a batch. */
    static TrainingStep open(BertConfig config, Narrowing narrowing, Batch batch, Backend backend) {
        Optional<TokenImportance> importance = config.layout().hasBrackets()
                ? Optional.of(TokenImportance.untrained(config.vocabSize(), IMPORTANCE_BETA, new int[0], 0))
                : Optional.empty();
        TrainerOptions options = new TrainerOptions(AdamWSettings.DEFAULT, false, LayerSet.NONE, narrowing);
        MaskedLanguageTrainer trainer =
                MaskedLanguageTrainer.open(config, options, importance, batch.extents(), 1, backend);
        Initializer.initialize(trainer.parameters(), config, 1);
        return new TrainingStep(trainer, batch);
    }

    @Override
    public int tokens() {
        return batch.tokens().count();
    }

    @Override
    public double flops() {
        return trainer.plan().flops(trainer.plan().limits());
    }

    @Override
    public void run() {
        trainer.step(List.of(batch), steps, LEARNING_RATE);
        steps++;
    }

    @Override
    public void close() {
        trainer.close();
    }
}
