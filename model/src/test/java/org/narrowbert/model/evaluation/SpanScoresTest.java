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
        for (SquadVersion version : SquadVersion.values()) {
            assertThat(AnswerMatch.f1("the cat sat", "cat sat down", version)).isCloseTo(0.8, ROUNDING);
            assertThat(AnswerMatch.f1("b b c", "b c c", version)).isCloseTo(2.0 / 3, ROUNDING);
            assertThat(AnswerMatch.f1("the", "x", version)).isZero();
        }
    }

    /** As in evaluate-v1.1.py, where no word in common is no F1, and answers of nothing but articles stay. */
    @Test
    void whereNormalizingLeavesNothingTheTwoScorersDiffer() {
        assertThat(AnswerMatch.f1("the", "a", SquadVersion.V1_1)).isZero();
        assertThat(AnswerMatch.f1("the", "a", SquadVersion.V2_0)).isEqualTo(1);
        List<SpanScores.Answered> articles = List.of(new SpanScores.Answered(List.of("the", "cat"), "a", 0, false));
        SpanScores first = SpanScores.of(articles, SquadVersion.V1_1);
        assertThat(first.exact()).isEqualTo(100);
        assertThat(first.f1()).isZero();
        SpanScores second = SpanScores.of(articles, SquadVersion.V2_0);
        assertThat(second.exact()).isZero();
        assertThat(second.f1()).isZero();
    }

    /** One answer is right and hardly surer than none, the other wrong: a threshold of 1 has both right, though with 0 both are "no answer". */
    @Test
    void theBestThresholdIsLookedForAmongTheBestAnswersWhateverIsPredicted() {
        SpanScores scores = SpanScores.of(
                List.of(
                        new SpanScores.Answered(List.of("Ann"), "Ann", 1, true),
                        new SpanScores.Answered(List.of(), "Bob", 5, true)),
                SquadVersion.V2_0);
        assertThat(scores.exact()).isEqualTo(50);
        assertThat(scores.bestF1()).isEqualTo(100);
        assertThat(scores.bestF1Threshold()).isEqualTo(1);
        assertThat(scores.bestExact()).isEqualTo(100);
        assertThat(scores.bestExactThreshold()).isEqualTo(1);
    }

    @Test
    void scoresAndThresholdsAreTheOfficialOnes() throws IOException {
        JsonNode cases;
        try (InputStream file = Objects.requireNonNull(SpanScoresTest.class.getResourceAsStream("answers.json"))) {
            cases = new JsonMapper().readTree(file);
        }
        for (JsonNode expected : cases.get("scores")) {
            double threshold = expected.get("threshold").doubleValue();
            List<SpanScores.Answered> questions = cases.get("questions")
                    .valueStream()
                    .map(one -> answered(one, threshold))
                    .toList();
            SpanScores scores = SpanScores.of(questions, SquadVersion.V2_0);
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

    private static SpanScores.Answered answered(JsonNode one, double threshold) {
        double noAnswer = one.get("no_answer").doubleValue();
        return new SpanScores.Answered(
                one.get("answers").valueStream().map(JsonNode::stringValue).toList(),
                one.get("predicted").stringValue(),
                noAnswer,
                noAnswer > threshold);
    }

    private static void check(double figure, JsonNode expected, String name) {
        assertThat(figure).as(name).isCloseTo(expected.get(name).doubleValue(), ROUNDING);
    }

    @Test
    void withoutQuestionsThereIsNoFigure() {
        assertThat(SpanScores.of(List.of(), SquadVersion.V2_0).f1()).isNaN();
    }
}
