package org.narrowbert.model.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.tensor.StoredNames;
import org.narrowbert.model.checkpoint.tensor.TensorInfo;
import org.narrowbert.model.checkpoint.tensor.Widening;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.encoder.LayoutConversion;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.layout.Layout;

/**
 * All weights of a saved model, its heads' too, under the names of a layout: what a plain format conversion writes, and what turns a BERT into a
 * NarrowBERT or back. Owns them.
 */
public final class ConvertedModel implements AutoCloseable {
    private final ConfigJson config;
    private final Parameters weights;
    private final List<String> leftOut;
    private final Optional<float[]> importance;

    private ConvertedModel(ConfigJson config, Parameters weights, List<String> leftOut, Optional<float[]> importance) {
        this.config = config;
        this.weights = weights;
        this.leftOut = leftOut;
        this.importance = importance;
    }

    /**
     * Reads a model's weights.
     *
     * @param layout which they are to have; with as many sublayers of each kind as the model's
     * @throws org.narrowbert.engine.error.UserError when the layout has more or fewer sublayers
     * @throws RunError when the encoder lacks a weight, a weight has another shape than config.json says, or cannot be read
     */
    public static ConvertedModel open(HuggingFaceDirectory source, Layout layout, Backend backend) {
        BertConfig config = source.config().withLayout(layout);
        LayoutConversion conversion = new LayoutConversion(source.config().layout(), layout);
        source.fit(EncoderStates.of(source.config()).graph().parameters()).requireComplete();
        Map<String, String> presentNames = new LinkedHashMap<>();
        List<Parameter> parameters = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (TensorInfo tensor : source.tensors()) {
            Optional<String> name = conversion.renamed(tensor.name());
            if (name.isEmpty() || !isWeight(tensor)) {
                if (!StoredNames.isTolerated(tensor.name())) {
                    leftOut.add(tensor.name());
                }
            } else if (!StoredNames.isTied(tensor.name())) {
                parameters.add(parameter(source, name.get(), tensor));
                presentNames.put(name.get(), tensor.name());
            } else if (tensor.name().equals(HuggingFaceDirectory.DECODER_BIAS)
                    && source.tensors().stream()
                            .noneMatch(other -> other.name().equals(HuggingFaceDirectory.HEAD_BIAS))) {
                parameters.add(parameter(source, HuggingFaceDirectory.HEAD_BIAS, tensor));
            }
        }
        boolean head =
                source.tensors().stream().anyMatch(tensor -> tensor.name().startsWith(WeightNames.PREDICTIONS));
        Parameters weights = Parameters.open(parameters, backend);
        try {
            source.load(weights, presentNames);
            return new ConvertedModel(
                    source.configJson()
                            .with(config)
                            .with(headOf(source.configJson().head(), layout, head)),
                    weights,
                    List.copyOf(leftOut),
                    layout.hasBrackets() ? source.tokenImportance() : Optional.empty());
        } catch (RuntimeException error) {
            weights.close();
            throw error;
        }
    }

    private static boolean isWeight(TensorInfo tensor) {
        return Widening.takes(tensor.dtype())
                && tensor.elements() > 0
                && tensor.shape().size() >= 1
                && tensor.shape().size() <= 2;
    }

    private static Parameter parameter(HuggingFaceDirectory source, String name, TensorInfo tensor) {
        for (long dimension : tensor.shape()) {
            if (dimension > Integer.MAX_VALUE) {
                throw new RunError(source.folder() + ": weight " + tensor.name() + " is " + tensor.shape()
                        + ", more than a matrix can have here");
            }
        }
        int last = Math.toIntExact(tensor.shape().getLast());
        return tensor.shape().size() == 1
                ? Parameter.vector(name, last)
                : Parameter.matrix(name, Math.toIntExact(tensor.shape().getFirst()), last);
    }

    /** The authors' class has a name of its own, which only a model with narrow layers needs; and a file may leave out that there is no head. */
    private static HeadConfig headOf(HeadConfig told, Layout layout, boolean predictions) {
        String architecture = layout.fullLengthLayers().isEmpty() ? told.plainArchitecture() : told.architecture();
        if (architecture.equals(HeadConfig.MASKED_LANGUAGE_MODEL.architecture()) && !predictions) {
            architecture = "BertModel";
        }
        return new HeadConfig(architecture, told.labels(), told.problemType(), told.task());
    }

    /** What is written as config.json. */
    public ConfigJson config() {
        return config;
    }

    /** The weights. */
    public Parameters weights() {
        return weights;
    }

    /** Tensors that are no weights of the model: of layers beyond its own, or of whole numbers; the numbers of positions are not worth a word. */
    public List<String> leftOut() {
        return leftOut;
    }

    /** The model to be written; other files may be added. */
    public HuggingFaceWriter writer() {
        HuggingFaceWriter writer = HuggingFaceWriter.of(config, weights);
        return importance.map(writer::importance).orElse(writer);
    }

    @Override
    public void close() {
        weights.close();
    }
}
