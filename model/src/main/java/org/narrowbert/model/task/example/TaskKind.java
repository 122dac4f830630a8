package org.narrowbert.model.task.example;

/** What is predicted of an example. */
public enum TaskKind {
    /** One of several labels of a text or a pair of texts. */
    SINGLE_LABEL,
    /** Any number of several labels of a text or a pair of texts. */
    MULTI_LABEL,
    /** A number of a text or a pair of texts. */
    REGRESSION,
    /** One label of each word. */
    TOKEN_LABELS,
    /** Which of several continuations of a text is right. */
    MULTIPLE_CHOICE,
    /** The part of a context that answers a question, or that none does. */
    QUESTION_ANSWERING
}
