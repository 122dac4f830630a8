package org.narrowbert.model.finetuning;

import org.narrowbert.engine.session.Batch;

/**
 * Sequences whose narrow rows are what a head reads, and what it should say of them.
 *
 * @param batch the sequences
 * @param targets what is right
 */
public record LabelledBatch(Batch batch, Targets targets) {}
