package org.narrowbert.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The figures of scikit-learn, scipy and seqeval, which the file holds with what they were computed from. */
class PeerFiguresTest {
    /** Both sides compute in double; their sums are in another order. */
    private static final Offset<Double> ROUNDING = within(1e-12);

    private static JsonNode cases() throws IOException {
        try (InputStream file = Objects.requireNonNull(PeerFiguresTest.class.getResourceAsStream("metrics.json"))) {
            return new JsonMapper().readTree(file);
        }
    }

    @TestFactory
    Stream<DynamicTest> figuresAreThePeers() throws IOException {
        JsonNode cases = cases();
        assertThat(cases.size()).isEqualTo(15);
        return IntStream.range(0, cases.size())
                .mapToObj(i -> DynamicTest.dynamicTest(
                        i + " " + cases.get(i).get("kind").stringValue(), () -> check(cases.get(i))));
    }

    private static void check(JsonNode one) {
        switch (one.get("kind").stringValue()) {
            case "classification" -> checkClasses(one);
            case "regression" -> checkNumbers(one);
            case "entities" -> checkEntities(one);
            default -> throw new AssertionError(one.get("kind"));
        }
    }

    private static void checkClasses(JsonNode one) {
        int[] labels = Arrays.stream(numbers(one.get("labels")))
                .mapToInt(value -> (int) value)
                .toArray();
        int[] predictions = Arrays.stream(numbers(one.get("predictions")))
                .mapToInt(value -> (int) value)
                .toArray();
        ConfusionMatrix matrix = ConfusionMatrix.of(5, labels, predictions);
        assertThat(matrix.accuracy()).isCloseTo(one.get("accuracy").doubleValue(), ROUNDING);
        assertThat(matrix.matthews()).isCloseTo(one.get("matthews").doubleValue(), ROUNDING);
        assertThat(matrix.average(Average.MACRO).f1())
                .isCloseTo(one.get("f1_macro").doubleValue(), ROUNDING);
        assertThat(matrix.average(Average.MICRO).f1())
                .isCloseTo(one.get("f1_micro").doubleValue(), ROUNDING);
        if (one.has("f1")) {
            assertThat(matrix.labels().get(1).f1()).isCloseTo(one.get("f1").doubleValue(), ROUNDING);
        }
    }

    private static void checkNumbers(JsonNode one) {
        double[] labels = numbers(one.get("labels"));
        double[] predictions = numbers(one.get("predictions"));
        assertThat(Regression.pearson(labels, predictions))
                .isCloseTo(one.get("pearson").doubleValue(), ROUNDING);
        assertThat(Regression.spearman(labels, predictions))
                .isCloseTo(one.get("spearman").doubleValue(), ROUNDING);
        assertThat(Regression.meanSquaredError(labels, predictions))
                .isCloseTo(one.get("mse").doubleValue(), ROUNDING);
    }

    private static void checkEntities(JsonNode one) {
        EntityScores scores = EntityScores.of(sentences(one.get("labels")), sentences(one.get("predictions")));
        checkFigures(scores.together(), one, "f1");
        assertThat(scores.accuracy()).isCloseTo(one.get("accuracy").doubleValue(), ROUNDING);
        assertThat(scores.types().keySet())
                .containsExactlyElementsOf(one.get("types").propertyNames());
        scores.types().forEach((type, figures) -> {
            JsonNode expected = one.get("types").get(type);
            checkFigures(figures, expected, "f1-score");
            assertThat((double) figures.support())
                    .isEqualTo(expected.get("support").doubleValue());
        });
    }

    private static void checkFigures(PrecisionRecall figures, JsonNode expected, String f1) {
        assertThat(figures.precision()).isCloseTo(expected.get("precision").doubleValue(), ROUNDING);
        assertThat(figures.recall()).isCloseTo(expected.get("recall").doubleValue(), ROUNDING);
        assertThat(figures.f1()).isCloseTo(expected.get(f1).doubleValue(), ROUNDING);
    }

    private static double[] numbers(JsonNode list) {
        return list.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    private static List<List<String>> sentences(JsonNode list) {
        return list.valueStream()
                .map(sentence ->
                        sentence.valueStream().map(JsonNode::stringValue).toList())
                .toList();
    }
}
