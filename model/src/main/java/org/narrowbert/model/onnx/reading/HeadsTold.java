package org.narrowbert.model.onnx.reading;

import java.util.OptionalInt;

/**
 * What the caller says of the number of attention heads.
 *
 * @param number of heads; empty where the graph is to tell it
 */
record HeadsTold(OptionalInt number) {
    /** Nothing. */
    static final HeadsTold BY_GRAPH = new HeadsTold(OptionalInt.empty());

    static HeadsTold of(int number) {
        return new HeadsTold(OptionalInt.of(number));
    }
}
