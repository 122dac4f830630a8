package org.narrowbert.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SpanScoresTest {
    private static final Offset<Double> ROUNDING = within(1e-12);

    @Test
    void answersAreComparedWithoutCaseArticlesAndPunctuation() {
        assertThat(AnswerMatch.normalized("The  cat's-whiskers, A\u00A0b!")).isEqualTo("catswhiskers b");
        assertThat(AnswerMatch.normalized("an")).isEmpty();
        assertThat(AnswerMatch.normalized("\u201Cthe\u201D \u00DCber\u2003the\u001Ctheatre"))
                .isEqualTo("\u201C \u201D \u00FCber theatre");
        assertThat(AnswerMatch.normalized("\u00CE\u00CF the-end")).isEqualTo("\u00EE\u00EF theend");
        assertThat(AnswerMatch.normalized("a\u0301n ana")).isEqualTo("\u0301n ana");
    }

    @Test
    void f1CountsEachWordAsOftenAsBothHaveIt() {
        assertThat(AnswerMatch.f1("the cat sat", "cat sat down")).isCloseTo(0.8, ROUNDING);
        assertThat(AnswerMatch.f1("b b c", "b c c")).isCloseTo(2.0 / 3, ROUNDING);
        assertThat(AnswerMatch.f1("the", "a")).isEqualTo(1);
        assertThat(AnswerMatch.f1("the", "x")).isZero();
    }

    @Test
    void scoresAndThresholdsAreTheOfficialOnes() throws IOException {
        JsonNode cases;
        try (InputStream file = Objects.requireNonNull(SpanScoresTest.class.getResourceAsStream("answers.json"))) {
            cases = new JsonMapper().readTree(file);
        }
        List<SpanScores.Answered> questions = cases.get("questions")
                .valueStream()
                .map(one -> new SpanScores.Answered(
                        one.get("answers")
                                .valueStream()
                                .map(JsonNode::stringValue)
                                .toList(),
                        one.get("predicted").stringValue(),
                        one.get("no_answer").doubleValue()))
                .toList();
        for (JsonNode expected : cases.get("scores")) {
            SpanScores scores =
                    SpanScores.of(questions, expected.get("threshold").doubleValue());
            check(scores.exact(), expected, "exact");
            check(scores.f1(), expected, "f1");
            check(scores.answerable().exact(), expected, "HasAns_exact");
            check(scores.answerable().f1(), expected, "HasAns_f1");
            check(scores.answerable().total(), expected, "HasAns_total");
            check(scores.unanswerable().exact(), expected, "NoAns_exact");
            check(scores.unanswerable().f1(), expected, "NoAns_f1");
            check(scores.unanswerable().total(), expected, "NoAns_total");
            check(scores.bestExact(), expected, "best_exact");
            check(scores.bestExactThreshold(), expected, "best_exact_thresh");
            check(scores.bestF1(), expected, "best_f1");
            check(scores.bestF1Threshold(), expected, "best_f1_thresh");
        }
    }

    private static void check(double figure, JsonNode expected, String name) {
        assertThat(figure).as(name).isCloseTo(expected.get(name).doubleValue(), ROUNDING);
    }

    @Test
    void withoutQuestionsThereIsNoFigure() {
        assertThat(SpanScores.of(List.of(), Double.POSITIVE_INFINITY).f1()).isNaN();
    }
}
