package org.narrowbert.model.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How well questions are answered, in percent, as SQuAD's official scorers print it; NaN where there is no question of a kind.
 *
 * @param exact share of answers that are exactly right
 * @param f1 mean of the answers' F1
 * @param answerable the same of questions that have an answer
 * @param unanswerable the same of those that have none
 * @param bestExact the highest {@code exact} that some threshold of "no answer" would give
 * @param bestExactThreshold that threshold
 * @param bestF1 the highest {@code f1} that some threshold would give
 * @param bestF1Threshold that threshold
 */
public record SpanScores(
        double exact,
        double f1,
        Match answerable,
        Match unanswerable,
        double bestExact,
        double bestExactThreshold,
        double bestF1,
        double bestF1Threshold) {
    /**
     * Figures of some questions, in percent.
     *
     * @param total how many there are
     */
    public record Match(double exact, double f1, int total) {}

    /**
     * A question with its prediction.
     *
     * @param answers that people gave, the best of which counts; none where nothing answers it
     * @param best predicted answer, also where "no answer" is predicted; empty where there is none to choose
     * @param noAnswer how sure the prediction is that there is no answer: any scale, higher is surer
     * @param isNone whether "no answer" is predicted
     */
    public record Answered(List<String> answers, String best, double noAnswer, boolean isNone) {
        public Answered {
            answers = List.copyOf(answers);
        }

        private boolean answerable() {
            return !answers.isEmpty();
        }

        private List<String> right(SquadVersion version) {
            List<String> right = answers.stream()
                    .filter(answer -> version == SquadVersion.V1_1
                            || !AnswerMatch.normalized(answer).isEmpty())
                    .toList();
            return right.isEmpty() ? List.of("") : right;
        }
    }

    /** The highest mean score, in percent, and the threshold above which predictions are taken as "no answer" for it. */
    private record Best(double score, double threshold) {}

    /** Scores predictions. The best thresholds are looked for among the best answers, whatever is predicted. */
    public static SpanScores of(List<Answered> questions, SquadVersion version) {
        int count = questions.size();
        double[] exact = new double[count];
        double[] f1 = new double[count];
        boolean[] answerable = new boolean[count];
        for (int i = 0; i < count; i++) {
            Answered question = questions.get(i);
            answerable[i] = question.answerable();
            for (String right : question.right(version)) {
                exact[i] = Math.max(exact[i], AnswerMatch.exact(right, question.best()));
                f1[i] = Math.max(f1[i], AnswerMatch.f1(right, question.best(), version));
            }
        }
        Best bestExact = best(questions, exact, answerable);
        Best bestF1 = best(questions, f1, answerable);
        for (int i = 0; i < count; i++) {
            if (questions.get(i).isNone()) {
                exact[i] = answerable[i] ? 0 : 1;
                f1[i] = exact[i];
            }
        }
        Match all = match(exact, f1, IntStream.range(0, count).toArray());
        return new SpanScores(
                all.exact(),
                all.f1(),
                match(
                        exact,
                        f1,
                        IntStream.range(0, count).filter(i -> answerable[i]).toArray()),
                match(
                        exact,
                        f1,
                        IntStream.range(0, count).filter(i -> !answerable[i]).toArray()),
                bestExact.score(),
                bestExact.threshold(),
                bestF1.score(),
                bestF1.threshold());
    }

    private static Match match(double[] exact, double[] f1, int[] questions) {
        return new Match(mean(exact, questions), mean(f1, questions), questions.length);
    }

    private static double mean(double[] scores, int[] questions) {
        return 100 * Arrays.stream(questions).mapToDouble(i -> scores[i]).sum() / questions.length;
    }

    /** Begins with "no answer" everywhere, and takes the answers one by one, first those that are least sure that there is none. */
    private static Best best(List<Answered> questions, double[] scores, boolean[] answerable) {
        double score =
                IntStream.range(0, scores.length).filter(i -> !answerable[i]).count();
        double best = score;
        double threshold = 0;
        List<Integer> order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> questions.get(i).noAnswer()))
                .toList();
        for (int i : order) {
            if (answerable[i]) {
                score += scores[i];
            } else if (!questions.get(i).best().isEmpty()) {
                score--;
            }
            if (score > best) {
                best = score;
                threshold = questions.get(i).noAnswer();
            }
        }
        return new Best(100 * best / scores.length, threshold);
    }
}
