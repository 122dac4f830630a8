package org.narrowbert.model.onnx.reading;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.narrowbert.model.onnx.reading.graph.StoredTensor;

/** What a graph's layers are in a BERT: Hugging Face's names of their weights. */
final class Labels {
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    private final Map<String, Weight> weights = new TreeMap<>();
    private final Map<String, DenseLayer> dense = new TreeMap<>();

    /**
     * A weight's values.
     *
     * @param tensor in the file
     * @param isTurned whether it is a matrix that the file has with rows and columns exchanged
     */
    record Weight(StoredTensor tensor, boolean isTurned) {}

    /** A dense layer whose weights' names begin so. */
    void dense(String name, DenseLayer layer) {
        dense.put(name, layer);
        weights.put(name + WEIGHT, new Weight(layer.weight(), layer.isTurned()));
        weights.put(name + BIAS, new Weight(layer.bias(), false));
    }

    /** A LayerNorm whose weights' names begin so. */
    void norm(String name, NormLayer layer) {
        weights.put(name + WEIGHT, new Weight(layer.weight(), false));
        weights.put(name + BIAS, new Weight(layer.bias(), false));
    }

    /** A weight that is stored as it is used. */
    void plain(String name, StoredTensor tensor) {
        weights.put(name, new Weight(tensor, false));
    }

    Optional<Weight> weight(String name) {
        return Optional.ofNullable(weights.get(name));
    }

    Optional<DenseLayer> dense(String name) {
        return Optional.ofNullable(dense.get(name));
    }

    /** All names of weights, in alphabetical order. */
    Collection<String> names() {
        return weights.keySet();
    }

    /** Whether some weight is made of a tensor. */
    boolean uses(StoredTensor tensor) {
        return weights.values().stream().anyMatch(weight -> weight.tensor().equals(tensor));
    }
}
