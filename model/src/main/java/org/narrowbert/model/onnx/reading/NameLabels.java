package org.narrowbert.model.onnx.reading;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.narrowbert.model.checkpoint.tensor.StoredNames;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;
import org.narrowbert.model.onnx.reading.graph.StoredTensor;
import org.narrowbert.model.onnx.reading.graph.TensorValues;

/**
 * Tells a graph's layers by the names of their weights, where an exporter kept them. PyTorch's keeps those of embeddings, LayerNorms and biases; it
 * turns the matrices of dense layers and calls them {@code onnx::MatMul_123}: such a one belongs to the bias that its product meets.
 */
final class NameLabels {
    private static final Pattern KNOWN =
            Pattern.compile("(?:bert|cls\\.predictions|classifier|qa_outputs)\\..+|classifier\\.(?:weight|bias)"
                    + "|qa_outputs\\.(?:weight|bias)|cls\\.predictions\\.bias");

    private NameLabels() {}

    /** The labels of all layers that have names. */
    static Labels of(OnnxGraph graph, List<DenseLayer> dense, List<NormLayer> norms) {
        Labels labels = new Labels();
        graph.initializers().forEach((stored, tensor) -> {
            String name = StoredNames.present(stored);
            boolean known = KNOWN.matcher(name).matches() && TensorValues.isFloating(tensor);
            if (known && (tensor.rank() == 1 || name.contains("embeddings."))) {
                labels.plain(name, tensor);
            }
        });
        for (NormLayer norm : norms) {
            prefix(norm.weight(), ".weight").ifPresent(name -> labels.norm(name, norm));
        }
        for (DenseLayer layer : dense) {
            prefix(layer.bias(), ".bias")
                    .or(() -> prefix(layer.weight(), ".weight"))
                    .ifPresent(name -> labels.dense(name, layer));
        }
        return labels;
    }

    private static Optional<String> prefix(StoredTensor tensor, String end) {
        String name = StoredNames.present(tensor.name());
        return KNOWN.matcher(name).matches() && name.endsWith(end)
                ? Optional.of(name.substring(0, name.length() - end.length()))
                : Optional.empty();
    }
}
