package org.narrowbert.engine.plan;

import java.util.Locale;

/** Which form narrow attention takes. */
public enum NarrowAttention {
    /** For each sequence the form that the cost model finds cheaper for its own numbers of tokens and narrow rows. */
    AUTO,
    /** Always {@link NarrowForm#PROJECTED}. */
    PROJECTED,
    /** Always {@link NarrowForm#ABSORBED}. */
    ABSORBED;

    /** The name on the command line and in files. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
