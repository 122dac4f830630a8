package org.narrowbert.model.layout;

/** One letter of a layout with its repeats written out: a sublayer, or a change of the rows that go on. */
public enum Step {
    /** Self-attention, residual and LayerNorm. */
    ATTENTION('s'),
    /** Feed-forward, residual and LayerNorm. */
    FEED_FORWARD('f'),
    /** From here on only the narrow rows go on; attention reads the token states as they stand here. */
    NARROW(':'),
    /** From here on only the kept rows go on; the first attention after it still reads all rows as they stand here. */
    DROP('['),
    /** The rows left out at {@link #DROP} come back with the state they had there. */
    REJOIN(']');

    private final char letter;

    Step(char letter) {
        this.letter = letter;
    }

    /** How a layout writes this step. */
    public char letter() {
        return letter;
    }

    /** Whether this step computes something, so that weights belong to it. */
    public boolean isSublayer() {
        return this == ATTENTION || this == FEED_FORWARD;
    }
}
