package org.narrowbert.model.onnx.reading;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.onnx.reading.Labels.Weight;
import org.narrowbert.model.onnx.reading.graph.OnnxFile;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;
import org.narrowbert.model.onnx.reading.graph.StoredTensor;
import org.narrowbert.model.onnx.reading.graph.TensorValues;

/**
 * A BERT encoder, with a head or without, in an ONNX file: its configuration and its weights under Hugging Face's names. Layers are told by the names of
 * their weights, or, where these were lost, by their places in the graph.
 */
public final class OnnxEncoder {
    private static final String TOKEN_TYPES = WeightNames.EMBEDDINGS + ".token_type_embeddings.weight";

    private final OnnxGraph graph;
    private final Labels labels;
    private final BertConfig config;
    private final ImportedHead head;

    private OnnxEncoder(OnnxGraph graph, Labels labels, BertConfig config, ImportedHead head) {
        this.graph = graph;
        this.labels = labels;
        this.config = config;
        this.head = head;
    }

    /**
     * Reads a file's graph; its weights are checked, and read later.
     *
     * @throws RunError when it is no sound file, or not a BERT's, or its number of heads cannot be told
     */
    public static OnnxEncoder read(Path file) {
        return of(OnnxFile.read(file), HeadsTold.BY_GRAPH);
    }

    /** The same where the number of heads is known. */
    public static OnnxEncoder read(Path file, int numAttentionHeads) {
        return of(OnnxFile.read(file), HeadsTold.of(numAttentionHeads));
    }

    private static OnnxEncoder of(OnnxGraph graph, HeadsTold heads) {
        Foreign foreign = new Foreign(graph);
        foreign.refuseRewritten();
        LayerSearch search = new LayerSearch(graph);
        List<DenseLayer> dense = search.dense();
        List<NormLayer> norms = search.norms();
        LayersByOutput layers = new LayersByOutput(graph, dense, norms);
        foreign.refuseOtherModels(layers);
        EncoderConfig shape = new EncoderConfig(graph, layers, norms, heads);
        Labels named = NameLabels.of(graph, dense, norms);
        Labels labels = shape.isComplete(named) ? named : PlaceLabels.of(graph, layers);
        BertConfig config = shape.config(labels);
        OnnxEncoder encoder = new OnnxEncoder(graph, labels, config, ImportedHead.of(graph, labels, config));
        encoder.checkShapes();
        return encoder;
    }

    /** The encoder's configuration. */
    public BertConfig config() {
        return config;
    }

    /** What its head is for. */
    public HeadConfig head() {
        return head.config();
    }

    /** The parameters of the encoder and its head. */
    public List<Parameter> parameters() {
        return head.parameters();
    }

    /** Names of matrices in the file that are no part of the model, such as those of heads that are not known here. */
    public List<String> leftOut() {
        TreeSet<String> names = new TreeSet<>();
        graph.initializers().forEach((name, tensor) -> {
            if (tensor.rank() >= 2 && TensorValues.isFloating(tensor) && !labels.uses(tensor)) {
                names.add(name);
            }
        });
        return List.copyOf(names);
    }

    /**
     * Reads all weights.
     *
     * @param target those of {@link #parameters}
     * @throws RunError when one cannot be read
     */
    public void load(Parameters target) {
        for (Parameter parameter : target.list()) {
            Optional<Weight> weight = labels.weight(parameter.name());
            Matrix values = target.of(parameter);
            if (weight.isPresent()) {
                TensorValues.read(weight.get().tensor(), weight.get().isTurned(), values);
            } else {
                // A model without token types: the sum of its embeddings has no third part.
                values.fill(0);
            }
        }
    }

    private void checkShapes() {
        for (Parameter parameter : parameters()) {
            Optional<Weight> found = labels.weight(parameter.name());
            if (found.isEmpty()) {
                if (!parameter.name().equals(TOKEN_TYPES)) {
                    throw new RunError(graph.file() + ": weight " + parameter.name()
                            + " cannot be found, neither by its" + " name nor by its place in the graph");
                }
                continue;
            }
            StoredTensor tensor = found.get().tensor();
            List<Long> expected = parameter.rank() == 1
                    ? List.of((long) parameter.columns())
                    : List.of((long) parameter.rows(), (long) parameter.columns());
            List<Long> stored = found.get().isTurned() ? tensor.shape().reversed() : tensor.shape();
            if (!stored.equals(expected)) {
                throw new RunError(graph.file() + ": weight " + parameter.name() + " ('" + tensor.name() + "') is "
                        + stored + ", the others say " + expected);
            }
            requireFloating(parameter, tensor);
            TensorValues.check(tensor);
        }
    }

    private void requireFloating(Parameter parameter, StoredTensor tensor) {
        if (!TensorValues.isFloating(tensor)) {
            throw new RunError(graph.file() + ": weight " + parameter.name() + " has elements of type "
                    + tensor.dataType() + "; float32, float16, bfloat16 and double are read");
        }
    }

    /** The parameters without a head. */
    static List<Parameter> encoderParameters(BertConfig config) {
        return EncoderStates.of(config).graph().parameters();
    }
}
