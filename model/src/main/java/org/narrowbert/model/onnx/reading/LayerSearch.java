package org.narrowbert.model.onnx.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.model.onnx.reading.graph.GraphNode;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph.Constant;
import org.narrowbert.model.onnx.reading.graph.StoredTensor;
import org.narrowbert.model.onnx.reading.graph.TensorValues;

/** Finds the affine maps and LayerNorms of a graph among its nodes. */
final class LayerSearch {
    private final OnnxGraph graph;

    LayerSearch(OnnxGraph graph) {
        this.graph = graph;
    }

    /** Two values of a node, one of which is a constant vector. */
    private record WithVector(String value, StoredTensor vector) {}

    /** All affine maps with a bias, in the nodes' order. */
    List<DenseLayer> dense() {
        List<DenseLayer> found = new ArrayList<>();
        for (GraphNode node : graph.nodes()) {
            if (node.is("MatMul")) {
                matrixProduct(node).ifPresent(found::add);
            } else if (node.is("Gemm")) {
                generalProduct(node).ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<Constant> weight(String value) {
        return graph.constant(value)
                .filter(constant -> constant.tensor().rank() == 2 && TensorValues.isFloating(constant.tensor()));
    }

    private Optional<DenseLayer> matrixProduct(GraphNode node) {
        Optional<Constant> weight = weight(node.input(1));
        if (weight.isEmpty()) {
            return Optional.empty();
        }
        StoredTensor tensor = weight.get().tensor();
        boolean turned = !weight.get().transposed();
        long out = tensor.dimension(turned ? 1 : 0);
        String product = node.output();
        for (int step = 0; step < OnnxGraph.MOST_STEPS; step++) {
            List<GraphNode> takers = graph.consumers(product);
            for (GraphNode taker : takers) {
                if (taker.is("Add")) {
                    Optional<WithVector> sum = withVector(taker).filter(one -> one.vector.isVector(out));
                    if (sum.isPresent()) {
                        return Optional.of(
                                new DenseLayer(node.input(0), tensor, turned, sum.get().vector, taker.output()));
                    }
                }
            }
            if (takers.size() != 1 || !OnnxGraph.rearranges(takers.getFirst())) {
                return Optional.empty();
            }
            product = takers.getFirst().output();
        }
        return Optional.empty();
    }

    private Optional<DenseLayer> generalProduct(GraphNode node) {
        Optional<Constant> weight = weight(node.input(1));
        Optional<Constant> bias = graph.constant(node.input(2));
        if (weight.isEmpty()
                || bias.isEmpty()
                || node.integer("transA", 0) != 0
                || node.real("alpha", 1) != 1
                || node.real("beta", 1) != 1) {
            return Optional.empty();
        }
        boolean turned = node.integer("transB", 0) == 0 ^ weight.get().transposed();
        DenseLayer dense = new DenseLayer(
                node.input(0), weight.get().tensor(), turned, bias.get().tensor(), node.output());
        return Optional.of(dense).filter(layer -> layer.bias().isVector(layer.out()));
    }

    /** A sum's or a product's value and its constant vector, in whatever order they stand. */
    private Optional<WithVector> withVector(GraphNode node) {
        for (int place = 0; place < 2; place++) {
            Optional<Constant> vector = graph.constant(node.input(place))
                    .filter(constant -> constant.tensor().rank() == 1 && TensorValues.isFloating(constant.tensor()));
            if (vector.isPresent()) {
                return Optional.of(
                        new WithVector(node.input(1 - place), vector.get().tensor()));
            }
        }
        return Optional.empty();
    }

    /** All LayerNorms, in the nodes' order. */
    List<NormLayer> norms() {
        List<NormLayer> found = new ArrayList<>();
        for (GraphNode node : graph.nodes()) {
            if (node.is("LayerNormalization")) {
                normNode(node).ifPresent(found::add);
            } else if (node.is("Add")) {
                normArithmetic(node).ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<NormLayer> normNode(GraphNode node) {
        Optional<Constant> weight = graph.constant(node.input(1));
        Optional<Constant> bias = graph.constant(node.input(2));
        return weight.isEmpty() || bias.isEmpty()
                ? Optional.empty()
                : Optional.of(new NormLayer(
                        node.input(0),
                        weight.get().tensor(),
                        bias.get().tensor(),
                        node.real("epsilon", 1e-5f),
                        node.output()));
    }

    /** (x - mean) / sqrt(variance + epsilon) * weight + bias, as exports to older operator sets spell it. */
    private Optional<NormLayer> normArithmetic(GraphNode sum) {
        Optional<WithVector> shifted = withVector(sum);
        Optional<WithVector> scaled =
                shifted.flatMap(one -> made(one.value, "Mul")).flatMap(this::withVector);
        Optional<GraphNode> ratio = scaled.flatMap(one -> made(one.value, "Div"));
        Optional<GraphNode> root = ratio.flatMap(node -> made(node.input(1), "Sqrt"));
        Optional<GraphNode> variance = root.flatMap(node -> made(node.input(0), "Add"));
        Optional<GraphNode> centred = ratio.flatMap(node -> made(node.input(0), "Sub"));
        if (variance.isEmpty() || centred.isEmpty()) {
            return Optional.empty();
        }
        Optional<Float> epsilon =
                number(variance.get().input(1)).or(() -> number(variance.get().input(0)));
        boolean ofMean = made(centred.get().input(1), "ReduceMean").isPresent();
        return epsilon.isEmpty() || !ofMean
                ? Optional.empty()
                : Optional.of(new NormLayer(
                        centred.get().input(0),
                        scaled.orElseThrow().vector,
                        shifted.orElseThrow().vector,
                        epsilon.get(),
                        sum.output()));
    }

    /** The node that made a value, casts left out, if it is of an operator. */
    private Optional<GraphNode> made(String value, String operator) {
        return graph.producer(graph.uncast(value)).filter(node -> node.is(operator));
    }

    private Optional<Float> number(String value) {
        return graph.constant(value)
                .map(Constant::tensor)
                .filter(tensor -> tensor.elements() == 1 && TensorValues.isFloating(tensor))
                .map(tensor -> (float) TensorValues.readSmall(tensor)[0]);
    }
}
