package org.narrowbert.model.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.finetuning.sample.EncodedText;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.task.prediction.Prediction;

/** Which answer is chosen from logits. */
class BestAnswerTest {
    private static final String CONTEXT = "a b c d";
    private static final int BEFORE = 3;

    /** A part of the context, behind [CLS], a question of one token and [SEP]: its tokens are the letters from one to another. */
    private static TaskSample.OfWindow window(int first, int count) {
        int[] starts = new int[count];
        int[] ends = new int[count];
        for (int token = 0; token < count; token++) {
            starts[token] = 2 * (first + token);
            ends[token] = starts[token] + 1;
        }
        return new TaskSample.OfWindow(
                new EncodedText(new int[BEFORE + count + 1], BEFORE), 0, starts, ends, 0, 0, true);
    }

    /** Adds a part, whose logits are those of [CLS] and of its letters; all others are 0. */
    private static void add(BestAnswer answer, int first, double none, double[] starts, double[] ends) {
        TaskSample.OfWindow window = window(first, starts.length);
        int rows = window.headRows();
        try (Backend backend = Backends.find().named("reference").open(new BackendOptions(1));
                Buffer memory = backend.allocate(2L * (rows + 1))) {
            Matrix logits = Matrix.dense(memory, 0, rows + 1, 2);
            logits.fill(0);
            // The part begins in the second row.
            logits.set(1, 0, none);
            for (int token = 0; token < starts.length; token++) {
                logits.set(1 + BEFORE + token, 0, starts[token]);
                logits.set(1 + BEFORE + token, 1, ends[token]);
            }
            answer.add(window, CONTEXT, logits, 1);
        }
    }

    private static BestAnswer withRules(int bestSize, int longest, double threshold) {
        return new BestAnswer(new AnswerRules(bestSize, longest, true, threshold));
    }

    @Test
    void theBestPairOfFirstAndLastTokenIsTheAnswer() {
        BestAnswer answer = withRules(20, 30, 0);
        add(answer, 0, 1, new double[] {0, 5, 1, 0}, new double[] {6, 0, 4, 0});
        // The last token of "a" scores higher, but stands before the first one.
        assertThat(answer.prediction()).isEqualTo(new Prediction.AnswerText("b c", 1 - 9, false));
    }

    @Test
    void onlyTheLikeliestFirstAndLastTokensAreCombined() {
        BestAnswer one = withRules(1, 30, 0);
        add(one, 0, 1, new double[] {0, 5, 1, 0}, new double[] {6, 0, 4, 0});
        assertThat(one.prediction())
                .as("the likeliest last token stands before the likeliest first one")
                .isEqualTo(new Prediction.AnswerText("", Double.MAX_VALUE, true));
        BestAnswer two = withRules(2, 30, 0);
        add(two, 0, 1, new double[] {0, 5, 1, 0}, new double[] {6, 0, 4, 0});
        assertThat(two.prediction().text()).isEqualTo("b c");
    }

    @Test
    void anAnswerHasAtMostSoManyTokens() {
        double[] starts = {5, 0, 0, 0};
        double[] ends = {0, 1, 2, 9};
        BestAnswer three = withRules(20, 3, 0);
        add(three, 0, 0, starts, ends);
        assertThat(three.prediction().text()).isEqualTo("b c d");
        BestAnswer four = withRules(20, 4, 0);
        add(four, 0, 0, starts, ends);
        assertThat(four.prediction().text()).isEqualTo("a b c d");
    }

    @Test
    void overSeveralPartsTheBestAnswerCountsAndTheLeastSureThatThereIsNone() {
        BestAnswer answer = withRules(20, 30, 0);
        add(answer, 0, 7, new double[] {3, 0}, new double[] {3, 0});
        add(answer, 2, 2, new double[] {0, 2}, new double[] {0, 2});
        assertThat(answer.prediction()).isEqualTo(new Prediction.AnswerText("a", 2 - 6, false));
    }

    @Test
    void whereThereIsRatherNoneTheBestAnswerIsStillKnown() {
        BestAnswer answer = withRules(20, 30, 0.5);
        add(answer, 0, 5, new double[] {3, 0}, new double[] {1, 0});
        Prediction.AnswerText none = answer.prediction();
        assertThat(none).isEqualTo(new Prediction.AnswerText("a", 1, true));
        assertThat(none.text()).isEmpty();
        BestAnswer surer = withRules(20, 30, 1);
        add(surer, 0, 5, new double[] {3, 0}, new double[] {1, 0});
        assertThat(surer.prediction().text())
                .as("by no more than the threshold")
                .isEqualTo("a");
        BestAnswer always = new BestAnswer(new AnswerRules(20, 30, false, 0));
        add(always, 0, 5, new double[] {3, 0}, new double[] {1, 0});
        assertThat(always.prediction()).isEqualTo(new Prediction.AnswerText("a", 0, false));
    }
}
