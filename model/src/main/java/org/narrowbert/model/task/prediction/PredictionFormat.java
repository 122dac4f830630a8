package org.narrowbert.model.task.prediction;

import org.narrowbert.model.task.example.TaskKind;

/** How predictions are written. */
public enum PredictionFormat {
    /** GLUE's submission of texts: a header, then number and prediction of each example with a tab between. */
    GLUE,
    /** A word a line: the word, its label if it has one, the prediction; an empty line after each sentence, as conlleval reads them. */
    CONLL,
    /** A JSON object of answers by the ids of their questions, as SQuAD's scorers read it. */
    SQUAD,
    /** A JSON object of how much better "no answer" does, by the ids of questions: what SQuAD 2.0's scorer finds thresholds by. */
    SQUAD_NO_ANSWER,
    /** An object a line with the example, its label if it has one, and the prediction. */
    JSON_LINES;

    /** Whether predictions of a kind of task can be written so. */
    public boolean fits(TaskKind kind) {
        return switch (this) {
            case GLUE -> kind == TaskKind.SINGLE_LABEL || kind == TaskKind.REGRESSION;
            case CONLL -> kind == TaskKind.TOKEN_LABELS;
            case SQUAD, SQUAD_NO_ANSWER -> kind == TaskKind.QUESTION_ANSWERING;
            case JSON_LINES -> true;
        };
    }

    /** The format that others expect of a kind of task: what is compared or handed in. */
    public static PredictionFormat of(TaskKind kind) {
        return switch (kind) {
            case SINGLE_LABEL, REGRESSION -> GLUE;
            case TOKEN_LABELS -> CONLL;
            case QUESTION_ANSWERING -> SQUAD;
            case MULTI_LABEL, MULTIPLE_CHOICE -> JSON_LINES;
        };
    }
}
