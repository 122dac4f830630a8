package org.narrowbert.model.encoder;

import org.narrowbert.engine.plan.NarrowAttentionChoice;

/**
 * How a model computes what few rows need: the same function, with other last bits.
 *
 * @param lastLayer on which rows the last layer is computed
 * @param attention which form narrow attention takes
 */
public record Narrowing(LastLayer lastLayer, NarrowAttentionChoice attention) {
    /** The cheapest of both. */
    public static final Narrowing DEFAULT = of(LastLayer.NARROWED);

    /** The cheaper form of narrow attention. */
    public static Narrowing of(LastLayer lastLayer) {
        return new Narrowing(lastLayer, NarrowAttentionChoice.DEFAULT);
    }
}
