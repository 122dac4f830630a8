package org.narrowbert.model.training;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.BertConfigBuilder;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.layout.Layout;

/** Models and batches small enough for many runs in a test. */
final class TinyModels {
    static final int VOCABULARY = 61;
    static final int MASK = 4;
    static final Extents LIMITS = new Extents(6, 90, 40, 0);
    static final Extents LIMITS_WITH_KEPT_ROWS = new Extents(6, 90, 40, 51);

    private TinyModels() {}

    static BertConfigBuilder config(String layout) {
        return BertConfig.builder(Layout.parse(layout), new ModelShape(4, 24, 2, 40), VOCABULARY)
                .maxPositionEmbeddings(16)
                .initializerRange(0.3);
    }

    static Backend backend(String name, int threads) {
        return Backends.find().named(name).open(new BackendOptions(threads));
    }

    static MaskedLanguageTrainer trainer(BertConfig config, Backend backend) {
        return trainer(config, TrainerOptions.of(AdamWSettings.DEFAULT), backend);
    }

    static MaskedLanguageTrainer trainer(BertConfig config, TrainerOptions options, Backend backend) {
        Optional<TokenImportance> importance = config.layout().hasBrackets()
                ? Optional.of(TokenImportance.untrained(VOCABULARY, 0.9, new int[] {1, 2, 3, MASK}, 0))
                : Optional.empty();
        MaskedLanguageTrainer trainer = MaskedLanguageTrainer.open(config, options, importance, LIMITS, 17, backend);
        Initializer.initialize(trainer.parameters(), config, 5);
        return trainer;
    }

    /** Sequences of the given lengths; about a quarter of their tokens are masked, none of a sequence shorter than four. */
    static Batch batch(long seed, int... lengths) {
        Random random = new Random(seed);
        int[] offsets = new int[lengths.length + 1];
        int[] narrowOffsets = new int[lengths.length + 1];
        int tokens = Arrays.stream(lengths).sum();
        int[] ids = random.ints(tokens, 5, VOCABULARY).toArray();
        int[] narrow = new int[tokens];
        int[] labels = new int[tokens];
        int masked = 0;
        for (int sequence = 0; sequence < lengths.length; sequence++) {
            offsets[sequence + 1] = offsets[sequence] + lengths[sequence];
            for (int row = offsets[sequence]; row < offsets[sequence + 1] && lengths[sequence] >= 4; row++) {
                if (random.nextInt(4) == 0) {
                    labels[masked] = ids[row];
                    narrow[masked++] = row;
                    ids[row] = MASK;
                }
            }
            narrowOffsets[sequence + 1] = masked;
        }
        return Batch.of(
                Rows.of(lengths.length, offsets, IntStream.range(0, tokens).toArray()),
                ids,
                new int[tokens],
                Rows.of(lengths.length, narrowOffsets, narrow),
                labels);
    }

    /** The sequences of two batches in one. */
    static Batch join(Batch one, Batch other) {
        return Batch.of(
                join(one.tokens(), other.tokens(), one.tokens().count()),
                join(
                        one.inputIds(),
                        one.tokens().count(),
                        other.inputIds(),
                        other.tokens().count()),
                new int[one.tokens().count() + other.tokens().count()],
                join(one.narrow(), other.narrow(), one.tokens().count()),
                join(
                        one.labels(),
                        one.narrow().count(),
                        other.labels(),
                        other.narrow().count()));
    }

    private static Rows join(Rows one, Rows other, int shift) {
        int sequences = one.sequences() + other.sequences();
        int[] offsets = new int[sequences + 1];
        for (int sequence = 0; sequence < sequences; sequence++) {
            offsets[sequence + 1] = sequence < one.sequences()
                    ? one.end(sequence)
                    : one.count() + other.end(sequence - one.sequences());
        }
        int[] tokens = IntStream.range(0, one.count() + other.count())
                .map(row -> row < one.count() ? one.token(row) : shift + other.token(row - one.count()))
                .toArray();
        return Rows.of(sequences, offsets, tokens);
    }

    private static int[] join(int[] one, int count, int[] other, int otherCount) {
        int[] both = Arrays.copyOf(one, count + otherCount);
        System.arraycopy(other, 0, both, count, otherCount);
        return both;
    }
}
