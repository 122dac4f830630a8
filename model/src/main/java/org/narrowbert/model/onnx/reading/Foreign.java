package org.narrowbert.model.onnx.reading;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.onnx.reading.graph.GraphNode;
import org.narrowbert.model.onnx.reading.graph.GraphSearch;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;
import org.narrowbert.model.onnx.reading.graph.StoredTensor;
import org.narrowbert.model.onnx.reading.graph.TensorValues;

/** Refuses graphs whose weights are there, but which compute something else with them than a BERT does. */
final class Foreign {
    private static final Set<String> QUANTISED = Set.of(
            "DynamicQuantizeLinear",
            "DynamicQuantizeLSTM",
            "DynamicQuantizeMatMul",
            "DequantizeLinear",
            "MatMulInteger",
            "MatMulIntegerToFloat",
            "MatMulNBits",
            "QAttention",
            "QEmbedLayerNormalization",
            "QGemm",
            "QLinearMatMul",
            "QuantizeLinear");

    private final OnnxGraph graph;

    Foreign(OnnxGraph graph) {
        this.graph = graph;
    }

    /** Refuses what was made for one runtime alone. */
    void refuseRewritten() {
        for (GraphNode node : graph.nodes()) {
            if (QUANTISED.contains(node.operator())) {
                throw new RunError(graph.file() + " is a quantised model (" + node.operator()
                        + "): its weights are rounded to a few bits; take the same model's float32 file, often"
                        + " model.onnx beside model_quantized.onnx, or an artifact without -q");
            }
        }
        for (GraphNode node : graph.nodes()) {
            if (!node.domain().isEmpty()) {
                throw new RunError(graph.file() + " has operators of " + node.domain() + " (" + node.operator()
                        + "), so it was rewritten for one runtime: take the file as it was exported");
            }
        }
    }

    /** Refuses positions that depend on padding, and scores that weights are added to. */
    void refuseOtherModels(LayersByOutput layers) {
        long attentions =
                graph.nodes().stream().filter(node -> node.is("Softmax")).count();
        if (attentions > Layout.MAX_SUBLAYERS) {
            throw new RunError(graph.file() + " has " + attentions + " softmaxes, but a model at most "
                    + Layout.MAX_SUBLAYERS + " sublayers");
        }
        GraphSearch search = new GraphSearch(graph);
        for (GraphNode node : graph.nodes()) {
            if (node.is("Softmax")) {
                search.visit(node.input(0), layers::isDense, part -> {
                    if (!layers.isDense(part.output())) {
                        refuseWeights(part.inputs());
                    }
                });
            }
            if (node.is("CumSum")) {
                throw new RunError(graph.file()
                        + " counts positions by the tokens that are no padding (CumSum), as RoBERTa does: it is not a"
                        + " BERT, which counts from 0");
            }
        }
    }

    private void refuseWeights(List<String> inputs) {
        for (String input : inputs) {
            Optional<StoredTensor> weight = graph.constant(input)
                    .map(OnnxGraph.Constant::tensor)
                    .filter(tensor -> tensor.rank() >= 2 && tensor.elements() > 1 && TensorValues.isFloating(tensor));
            if (weight.isPresent()) {
                throw new RunError(graph.file() + ": weight '" + weight.get().name()
                        + "' goes into the scores of attention, as relative positions do; a BERT's "
                        + WeightNames.EMBEDDINGS
                        + " are all that knows positions");
            }
        }
    }
}
