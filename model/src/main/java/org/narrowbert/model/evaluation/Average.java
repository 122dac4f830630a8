package org.narrowbert.model.evaluation;

/** How the figures of several classes become one. */
public enum Average {
    /** Of all examples' counts together. */
    MICRO,
    /** Of the classes' figures, each counting the same. */
    MACRO,
    /** Of the classes' figures, each counting as often as it is right. */
    WEIGHTED
}
