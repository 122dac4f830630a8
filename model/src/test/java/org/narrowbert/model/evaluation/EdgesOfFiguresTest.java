package org.narrowbert.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What the figures are where there is little or nothing: the expected values are those of scikit-learn 1.9.1, scipy 1.17.1 and seqeval 1.2.2. */
class EdgesOfFiguresTest {
    private static final Offset<Double> ROUNDING = within(1e-12);

    private static void check(PrecisionRecall figures, double precision, double recall, double f1) {
        assertThat(figures.precision()).isCloseTo(precision, ROUNDING);
        assertThat(figures.recall()).isCloseTo(recall, ROUNDING);
        assertThat(figures.f1()).isCloseTo(f1, ROUNDING);
    }

    @Test
    void aClassThatIsNeitherRightNorPredictedDoesNotCountInAverages() {
        ConfusionMatrix matrix = ConfusionMatrix.of(6, new int[] {0, 0, 2, 2, 2}, new int[] {0, 2, 2, 4, 2});
        check(matrix.average(Average.MICRO), 0.6, 0.6, 0.6);
        check(matrix.average(Average.MACRO), 0.5555555555555555, 0.38888888888888884, 0.4444444444444444);
        check(matrix.average(Average.WEIGHTED), 0.8, 0.6, 0.6666666666666666);
        assertThat(matrix.labels().get(1)).isEqualTo(new PrecisionRecall(0, 0, 0, 0));
        assertThat(matrix.count(2, 4)).isEqualTo(1);
        assertThat(matrix.count(4, 2)).isZero();
    }

    /** A full matrix of so many would have 2.5 thousand million counts. */
    @Test
    void fiftyThousandLabelsAreCountedByWhatWasMet() {
        int classes = 50_000;
        int[] labels = IntStream.range(0, classes).toArray();
        int[] predictions =
                IntStream.range(0, classes).map(label -> label / 2 * 2).toArray();
        ConfusionMatrix matrix = ConfusionMatrix.of(classes, labels, predictions);
        assertThat(matrix.rows()).allMatch(row -> row.size() == 1);
        assertThat(matrix.accuracy()).isEqualTo(0.5);
        // An even label is found with a precision of a half, an odd one never.
        assertThat(matrix.average(Average.MACRO).f1()).isCloseTo(1.0 / 3, ROUNDING);
        assertThat(matrix.labels().get(49_998)).isEqualTo(new PrecisionRecall(0.5, 1, 2.0 / 3, 1));
        assertThat(matrix.matthews()).isCloseTo(0.5, within(1e-4));
    }

    @Test
    void aPredictionThatIsNoClassIsNotCounted() {
        assertThatThrownBy(() -> ConfusionMatrix.of(2, new int[] {0}, new int[] {2}))
                .hasMessage("predictions [2] of 2 classes");
    }

    @Test
    void oneClassEverywhereHasNoCorrelation() {
        assertThat(ConfusionMatrix.of(2, new int[] {0, 0, 0}, new int[] {0, 0, 0})
                        .matthews())
                .isZero();
        assertThat(ConfusionMatrix.of(2, new int[] {0, 1}, new int[] {1, 1}).matthews())
                .isZero();
    }

    @Test
    void constantNumbersHaveNoCorrelation() {
        double[] constant = {1, 1, 1};
        double[] rising = {1, 2, 3};
        assertThat(Regression.pearson(constant, rising)).isNaN();
        assertThat(Regression.spearman(constant, rising)).isNaN();
        assertThat(Regression.pearson(new double[] {1}, new double[] {2})).isNaN();
        double[] spoiled = {1, Double.NaN, 3};
        assertThat(Regression.pearson(spoiled, rising)).isNaN();
        assertThat(Regression.spearman(spoiled, rising)).isNaN();
        assertThat(Regression.spearman(rising, spoiled)).isNaN();
        assertThat(Regression.pearson(new double[] {1, 2}, new double[] {3, 5})).isCloseTo(1, ROUNDING);
    }

    @Test
    void equalNumbersShareTheAverageOfTheirRanks() {
        assertThat(Regression.ranks(new double[] {3, 1, 3, -0.0, 0.0, 3})).containsExactly(5, 3, 5, 1.5, 1.5, 5);
    }

    @Test
    void textsWithAnyNumberOfLabelsAreCountedAsAnIndicatorMatrix() {
        MultiLabelScores scores =
                MultiLabelScores.of(4, new int[][] {{0, 2}, {}, {0, 1}, {2}}, new int[][] {{0}, {}, {0, 1, 2}, {1}});
        check(scores.average(Average.MICRO), 0.6, 0.6, 0.6);
        check(scores.average(Average.MACRO), 0.375, 0.5, 0.41666666666666663);
        check(scores.average(Average.WEIGHTED), 0.5, 0.6, 0.5333333333333333);
        assertThat(scores.exact()).isEqualTo(0.25);
    }

    @Test
    void withoutEntitiesAllIsZeroButTheMeanOfNoType() {
        EntityScores scores = EntityScores.of(List.of(List.of("O", "O")), List.of(List.of("O", "O")));
        check(scores.together(), 0, 0, 0);
        check(scores.average(Average.WEIGHTED), 0, 0, 0);
        assertThat(scores.average(Average.MACRO).f1()).isNaN();
        assertThat(scores.accuracy()).isEqualTo(1);
    }

    @Test
    void averagesOfTypesCountThoseThatAreOnlyPredicted() {
        EntityScores scores = EntityScores.of(
                List.of(List.of("B-A", "I-A", "O", "B-B", "O"), List.of("B-A", "O")),
                List.of(List.of("B-A", "I-A", "O", "B-C", "O"), List.of("B-A", "B-B")));
        check(scores.average(Average.MICRO), 0.5, 0.6666666666666666, 0.5714285714285715);
        check(scores.average(Average.MACRO), 1.0 / 3, 1.0 / 3, 1.0 / 3);
        check(scores.average(Average.WEIGHTED), 2.0 / 3, 2.0 / 3, 2.0 / 3);
    }

    @Test
    void entitiesOfEveryScheme() {
        assertThat(Entity.of(List.of("B", "I", "O", "I")))
                .containsExactly(new Entity("_", 0, 2), new Entity("_", 3, 4));
        assertThat(Entity.of(List.of("S-A", "S-A", "B-A", "I-A", "E-A")))
                .containsExactly(new Entity("A", 0, 1), new Entity("A", 1, 2), new Entity("A", 2, 5));
        assertThat(Entity.of(List.of("E-A", "E-A", "I-A")))
                .containsExactly(new Entity("A", 0, 1), new Entity("A", 1, 2), new Entity("A", 2, 3));
        assertThat(Entity.of(List.of("I-A", "I-A", "E-A", "E-A")))
                .containsExactly(new Entity("A", 0, 3), new Entity("A", 3, 4));
        assertThat(Entity.of(List.of("I-A", "B-A", "I-B", "E-B", "I-B")))
                .containsExactly(
                        new Entity("A", 0, 1), new Entity("A", 1, 2), new Entity("B", 2, 4), new Entity("B", 4, 5));
        assertThat(Entity.of(List.of("B-A-x", "I-A-x", "I-A-y")))
                .containsExactly(new Entity("A-x", 0, 2), new Entity("A-y", 2, 3));
        assertThat(Entity.of(List.of("B-A", "S-A", "I-A", "O", "E-B")))
                .containsExactly(
                        new Entity("A", 0, 1), new Entity("A", 1, 2), new Entity("A", 2, 3), new Entity("B", 4, 5));
    }

    @Test
    void asManyPredictionsAreAskedForAsThereAreLabels() {
        assertThatThrownBy(() -> ConfusionMatrix.of(2, new int[2], new int[3]))
                .hasMessage("2 labels and 3 predictions");
    }

    @Test
    void theWorstMistakesAreKeptAndOfEqualsTheFirst() {
        WorstMistakes worst = new WorstMistakes(3);
        for (String text : List.of("a1", "b5", "c3", "d5", "e3", "f0")) {
            worst.offer(new Mistake(text, "yes", "no", text.charAt(1) - '0'));
        }
        assertThat(worst.worstFirst()).extracting(Mistake::text).containsExactly("b5", "d5", "c3");
    }
}
