package org.narrowbert.model.finetuning.batch;

import org.narrowbert.engine.session.Batch;

/**
 * Sequences whose narrow rows are what a head reads, and what it should say of them.
 *
 * @param batch the sequences
 * @param targets what is right
 * @param samples how many samples these are: a sample may have several sequences
 */
public record LabelledBatch(Batch batch, Targets targets, int samples) {
    /** Samples of one sequence each. */
    public LabelledBatch(Batch batch, Targets targets) {
        this(batch, targets, batch.tokens().sequences());
    }
}
