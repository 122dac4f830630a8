package org.narrowbert.model.onnx.reading;

import org.narrowbert.model.onnx.reading.graph.StoredTensor;

/**
 * An affine map of a graph, whatever nodes it is made of: output = input weight + bias.
 *
 * @param input the value that it takes
 * @param weight in the file
 * @param isTurned whether the file has it as [in, out], as a MatMul takes it, and not as Hugging Face's [out, in]
 * @param bias [out]
 * @param output the value that it makes
 */
record DenseLayer(String input, StoredTensor weight, boolean isTurned, StoredTensor bias, String output) {
    /** Rows of the weight as Hugging Face has it. */
    long out() {
        return weight.dimension(isTurned ? 1 : 0);
    }

    /** Columns of the weight as Hugging Face has it. */
    long in() {
        return weight.dimension(isTurned ? 0 : 1);
    }
}
