package org.narrowbert.model.evaluation;

/** Which of SQuAD's official scorers is followed where the two differ. */
public enum SquadVersion {
    /** Every answer that people gave counts; one of which normalizing leaves nothing has no F1. */
    V1_1,
    /** Answers of which normalizing leaves nothing do not count beside others; nothing is right where nothing is. */
    V2_0
}
