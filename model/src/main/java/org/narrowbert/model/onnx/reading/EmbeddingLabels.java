package org.narrowbert.model.onnx.reading;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.onnx.reading.graph.GraphNode;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;
import org.narrowbert.model.onnx.reading.graph.StoredTensor;
import org.narrowbert.model.onnx.reading.graph.TensorValues;

/** Tells a graph's embeddings from each other by what they are looked up with, and by their sizes. */
final class EmbeddingLabels {
    /** Sums of more summands are no embeddings. */
    private static final int MOST_SUMMANDS = 8;

    private final OnnxGraph graph;

    EmbeddingLabels(OnnxGraph graph) {
        this.graph = graph;
    }

    /**
     * A table of which rows are summed.
     *
     * @param tensor [rows, hidden]
     * @param input name of the graph's input that its rows are chosen by; empty where they are computed
     */
    private record Table(StoredTensor tensor, String input) {
        long rows() {
            return tensor.dimension(0);
        }

        boolean isCalled(String part) {
            return input.toLowerCase(Locale.ROOT).contains(part);
        }
    }

    /** Labels the tables whose sum a LayerNorm reads. */
    void label(NormLayer norm, Labels labels) {
        List<Table> tables = new ArrayList<>();
        List<StoredTensor> constants = new ArrayList<>();
        for (String summand : summands(norm.input())) {
            Optional<Table> table = table(summand);
            table.ifPresent(tables::add);
            if (table.isEmpty()) {
                constants.add(graph.constant(summand)
                        .map(OnnxGraph.Constant::tensor)
                        .filter(tensor -> tensor.elements() == norm.weight().elements())
                        .orElseThrow(() -> foreign("'" + summand + "' is added to its embeddings")));
            }
        }
        Table word = take(
                tables,
                "input_ids",
                Comparator.comparing((Table table) -> !table.input.isEmpty()).thenComparingLong(Table::rows));
        Table position = take(
                tables,
                "position",
                Comparator.comparing((Table table) -> table.input.isEmpty()).thenComparingLong(Table::rows));
        labels.plain(name("word"), word.tensor);
        labels.plain(name("position"), position.tensor);
        if (tables.size() + constants.size() > 1) {
            throw foreign("more than three embeddings are summed");
        }
        tables.forEach(type -> labels.plain(name("token_type"), type.tensor));
        // An export without token types has the row of type 0 as a constant.
        constants.forEach(row -> labels.plain(
                name("token_type"),
                new StoredTensor(row.name(), row.dataType(), List.of(1L, row.elements()), row.data())));
    }

    private static String name(String table) {
        return WeightNames.EMBEDDINGS + "." + table + "_embeddings.weight";
    }

    private Table take(List<Table> tables, String input, Comparator<Table> order) {
        Table found = tables.stream()
                .filter(table -> table.isCalled(input))
                .findFirst()
                .or(() -> tables.stream().max(order))
                .orElseThrow(() -> foreign("it has fewer than two embeddings"));
        tables.remove(found);
        return found;
    }

    private List<String> summands(String value) {
        List<String> found = new ArrayList<>(List.of(value));
        for (int place = 0; place < found.size() && found.size() <= MOST_SUMMANDS; ) {
            Optional<GraphNode> sum =
                    graph.producer(graph.uncast(found.get(place))).filter(node -> node.is("Add"));
            if (sum.isPresent()) {
                found.set(place, sum.get().input(0));
                found.add(sum.get().input(1));
            } else {
                place++;
            }
        }
        return found;
    }

    /** Rows gathered, or the first rows cut off. */
    private Optional<Table> table(String summand) {
        return graph.producer(graph.origin(summand)).flatMap(node -> switch (node.operator()) {
            case "Gather", "Slice" ->
                graph.constant(node.input(0))
                        .filter(constant -> !constant.transposed())
                        .map(OnnxGraph.Constant::tensor)
                        .filter(tensor -> tensor.rank() == 2 && TensorValues.isFloating(tensor))
                        .map(tensor -> new Table(tensor, node.is("Gather") ? input(node.input(1)) : ""));
            default -> Optional.empty();
        });
    }

    private String input(String indices) {
        String origin = graph.origin(indices);
        return graph.inputs().contains(origin) ? origin : "";
    }

    private RunError foreign(String what) {
        return new RunError(graph.file() + " is not the graph of a BERT encoder: " + what);
    }
}
