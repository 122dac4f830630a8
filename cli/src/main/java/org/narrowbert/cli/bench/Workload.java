package org.narrowbert.cli.bench;

/** Something whole that is timed: a forward pass or a training step on one batch, again and again. */
public interface Workload extends AutoCloseable {
    /** Real tokens of the batch. */
    int tokens();

    /** Floating point operations of one run. */
    double flops();

    /** Runs it once. */
    void run();

    @Override
    void close();
}
