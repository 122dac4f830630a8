package org.narrowbert.model.task.prediction;

import java.util.List;

/** What a model says of an example; each kind of task has its own. */
public sealed interface Prediction {
    /**
     * Of a text with one label.
     *
     * @param index of the likeliest label
     * @param probability that the model gives it, from 0 to 1
     */
    record Label(int index, double probability) implements Prediction {}

    /**
     * Of a text with any number of labels.
     *
     * @param present indices of the labels whose probability is high enough, rising
     */
    record Labels(List<Integer> present) implements Prediction {
        public Labels {
            present = List.copyOf(present);
        }
    }

    /** Of a text with a number. */
    record Value(double number) implements Prediction {}

    /**
     * Of a sentence's words.
     *
     * @param labels index of each word's likeliest label; words beyond the list were cut off, and count as labelled "O"
     */
    record WordLabels(List<Integer> labels) implements Prediction {
        public WordLabels {
            labels = List.copyOf(labels);
        }
    }

    /**
     * Of a choice.
     *
     * @param index of the likeliest
     * @param probability that the model gives it, from 0 to 1
     */
    record Choice(int index, double probability) implements Prediction {}

    /**
     * Of a question.
     *
     * @param best the best answer, a part of the context, also where there is rather none; empty where the context has no token
     * @param noAnswer how much better "no answer" does than the best answer: the difference of their scores; 0 where it cannot be said
     * @param isNone whether that is enough to say that there is no answer
     */
    record AnswerText(String best, double noAnswer, boolean isNone) implements Prediction {
        /** What is answered: the best answer, or nothing. */
        public String text() {
            return isNone ? "" : best;
        }
    }
}
