package org.narrowbert.model.finetuning.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** Losses of tasks against finite differences in double. */
class TargetsTest {
    private static final int ROWS = 7;
    private static final int LABELS = 3;
    private static final double STEP = 1e-5;
    private static final double SCALE = 0.25;

    /** What a text's labels are where nobody said. */
    private static final float NONE = Float.NaN;

    /** Three sequences of 2, 4 and 1 rows. */
    private static final Rows NARROW =
            Rows.of(3, new int[] {0, 2, 6, 7}, IntStream.range(0, ROWS).toArray());

    record Case(Targets targets, int columns) {}

    static List<Case> cases() {
        return List.of(
                new Case(ClassTargets.of(new int[] {0, 2, 1, 1, 0, 2, 2}), LABELS),
                new Case(new ClassTargets(new int[] {0, 2, 1, 1, 0, 2, 2}, ROWS, new double[] {0.5, 2, 3}), LABELS),
                new Case(
                        new MultiLabelTargets(
                                new float[] {1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0, 1},
                                ROWS,
                                LABELS),
                        LABELS),
                new Case(new ValueTargets(new double[] {0.5, -1, 2, 3, 0, 1, -2}, ROWS), 1),
                new Case(new ChoiceTargets(new int[] {0, 3, 7}, new int[] {2, 0}, 2), 1),
                new Case(new SpanTargets(new int[] {0, 1, 0}, new int[] {1, 3, 0}, 3), 2),
                new Case(new ClassTargets(new int[] {0, -1, 1, 1, -1, 2, 2}, ROWS, new double[] {0.5, 2, 3}), LABELS),
                new Case(new MultiLabelTargets(new float[] {1, 0, 0, NONE, NONE, NONE, 0, 1, 1}, 3, LABELS), LABELS),
                new Case(new ValueTargets(new double[] {0.5, -1, Double.NaN, 3, 0, 1, -2}, ROWS), 1),
                new Case(new ChoiceTargets(new int[] {0, 3, 7}, new int[] {-1, 0}, 2), 1),
                new Case(new SpanTargets(new int[] {0, -1, 0}, new int[] {1, -1, 0}, 3), 2));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theGradientIsThatOfTheLoss(Case given) {
        Random random = new Random(3);
        try (Backend backend = Backends.find().named("reference").open(new BackendOptions(1));
                Buffer memory = backend.allocate(2L * ROWS * given.columns)) {
            Matrix logits = Matrix.dense(memory, 0, ROWS, given.columns);
            Matrix gradient = Matrix.dense(memory, (long) ROWS * given.columns, ROWS, given.columns);
            for (int row = 0; row < ROWS; row++) {
                for (int column = 0; column < given.columns; column++) {
                    logits.set(row, column, 3 * random.nextGaussian());
                }
            }
            // What an earlier batch left there.
            gradient.fill(7);
            double loss = given.targets.loss(logits, NARROW, SCALE, gradient);
            assertThat(loss).isPositive().isEqualTo(given.targets.loss(logits, NARROW));
            for (int row = 0; row < ROWS; row++) {
                for (int column = 0; column < given.columns; column++) {
                    double before = logits.get(row, column);
                    logits.set(row, column, before + STEP);
                    double above = given.targets.loss(logits, NARROW);
                    logits.set(row, column, before - STEP);
                    double below = given.targets.loss(logits, NARROW);
                    logits.set(row, column, before);
                    assertThat(gradient.get(row, column))
                            .as("row %d, column %d", row, column)
                            .isCloseTo(SCALE * (above - below) / (2 * STEP), within(1e-7));
                }
            }
        }
    }

    /** The cases behind the first six, in which a text, words, a question or a sequence is not known. */
    @Test
    void theLossIsAMeanOverWhatIsKnown() {
        assertThat(cases().stream().skip(6).map(one -> one.targets.count())).containsExactly(5, 2, 6, 1, 2);
        assertThat(cases().stream().skip(6).map(one -> one.targets.weight())).containsExactly(10.5, 6.0, 6.0, 1.0, 2.0);
    }
}
