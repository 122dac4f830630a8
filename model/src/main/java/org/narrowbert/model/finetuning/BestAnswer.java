package org.narrowbert.model.finetuning;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.task.prediction.Prediction;

/** The best answer to one question over the parts of its context. */
final class BestAnswer {
    private static final int START = 0;
    private static final int END = 1;

    private final AnswerRules rules;
    private String text = "";
    private double score = Double.NEGATIVE_INFINITY;
    private double noAnswer = Double.POSITIVE_INFINITY;

    BestAnswer(AnswerRules rules) {
        this.rules = rules;
    }

    /**
     * Takes a part's scores.
     *
     * @param firstRow of the part's rows in the logits
     */
    void add(TaskSample.OfWindow window, String context, Matrix logits, int firstRow) {
        noAnswer = Math.min(noAnswer, logits.get(firstRow, START) + logits.get(firstRow, END));
        int tokens = window.starts().length;
        int first = firstRow + window.text().second();
        List<Integer> starts = best(logits, START, first, tokens);
        List<Integer> ends = best(logits, END, first, tokens);
        for (int start : starts) {
            for (int end : ends) {
                double sum = logits.get(first + start, START) + logits.get(first + end, END);
                if (end >= start && end - start < rules.maxAnswerLength() && sum > score) {
                    score = sum;
                    text = context.substring(window.starts()[start], window.ends()[end]);
                }
            }
        }
    }

    /** The likeliest tokens of the context, the likeliest first; of equals the first. */
    private List<Integer> best(Matrix logits, int column, int first, int tokens) {
        return IntStream.range(0, tokens)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer token) -> -logits.get(first + token, column)))
                .limit(rules.bestSize())
                .toList();
    }

    /** The best answer there is, and whether there is rather none. */
    Prediction.AnswerText prediction() {
        if (!rules.canBeNone()) {
            return new Prediction.AnswerText(text, 0, false);
        }
        // A context of no tokens has no answer.
        double better = score == Double.NEGATIVE_INFINITY ? Double.MAX_VALUE : noAnswer - score;
        return new Prediction.AnswerText(text, better, better > rules.noAnswerThreshold());
    }
}
