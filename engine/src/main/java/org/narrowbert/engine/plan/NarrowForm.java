package org.narrowbert.engine.plan;

/** The two forms of narrow attention: one function, two costs. */
public enum NarrowForm {
    /** Keys and values of all tokens are multiplied, as published: cheaper where many rows are narrow. */
    PROJECTED,
    /** Queries and outputs are multiplied instead, and the tokens' states are read: cheaper where few rows are narrow. */
    ABSORBED
}
