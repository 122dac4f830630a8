package org.narrowbert.model.onnx.reading;

/**
 * What the caller says of the number of attention heads.
 *
 * @param number of heads, or 0 where the graph tells it
 */
record HeadsTold(int number) {
    /** Nothing. */
    static final HeadsTold BY_GRAPH = new HeadsTold(0);
}
