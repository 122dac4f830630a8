package org.narrowbert.model.onnx.reading;

import org.narrowbert.model.onnx.reading.graph.StoredTensor;

/**
 * A LayerNorm of a graph, as one node or as the arithmetic that it stands for.
 *
 * @param input the value that it takes
 * @param weight [columns]
 * @param bias [columns]
 * @param epsilon added to the variance
 * @param output the value that it makes
 */
record NormLayer(String input, StoredTensor weight, StoredTensor bias, float epsilon, String output) {}
