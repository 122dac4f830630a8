package org.narrowbert.engine.graph;

/** What an op reads or writes: a matrix whose place in memory the plan decides. */
public sealed interface Operand permits Activation, Parameter {
    /** Unique within a graph. */
    String name();

    /** Number of columns. */
    int columns();
}
