package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.threads.FixedPool;

/** What calls of absorbed attention compute with, and keep from one to the next. */
record AbsorbedWorkspace(
        FixedPool pool, ProductBatch batch, Scratch scratch, AbsorbedWeights weights, PackedStates states)
        implements AutoCloseable {
    static AbsorbedWorkspace open(FixedPool pool, int vectorBits) {
        ProductBatch batch = new ProductBatch(pool, vectorBits);
        return new AbsorbedWorkspace(pool, batch, new Scratch(), new AbsorbedWeights(batch), new PackedStates(batch));
    }

    /** Off-heap bytes kept between calls. */
    long bytes() {
        return scratch.bytes() + states.bytes() + batch.workspaceBytes();
    }

    @Override
    public void close() {
        states.close();
        scratch.close();
        batch.close();
    }
}
