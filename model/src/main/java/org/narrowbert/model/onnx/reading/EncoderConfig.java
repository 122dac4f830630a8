package org.narrowbert.model.onnx.reading;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.layout.Step;
import org.narrowbert.model.layout.Sublayer;
import org.narrowbert.model.onnx.reading.Labels.Weight;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;

/** An encoder's configuration, told from its labelled weights and the nodes between them. */
final class EncoderConfig {
    private static final Pattern LAYER = Pattern.compile("bert\\.(encoder|encoder_narrow)\\.layer\\.(\\d{1,4})\\..+");

    private final OnnxGraph graph;
    private final LayersByOutput layers;
    private final List<NormLayer> norms;
    private final HeadsTold heads;

    EncoderConfig(OnnxGraph graph, LayersByOutput layers, List<NormLayer> norms, HeadsTold heads) {
        this.graph = graph;
        this.layers = layers;
        this.norms = norms;
        this.heads = heads;
    }

    /** Whether labels name all weights of an encoder. */
    boolean isComplete(Labels labels) {
        long hidden = size(labels, table("word"), 1);
        long layers = count(labels, "encoder") + count(labels, "encoder_narrow");
        if (hidden < 1 || layers < 1) {
            return false;
        }
        Layout layout = layout(labels);
        BertConfig probe = BertConfig.of(layout, new ModelShape(layout.numHiddenLayers(), 1, 1, 1), 1);
        return OnnxEncoder.encoderParameters(probe).stream()
                .map(Parameter::name)
                .allMatch(name -> labels.weight(name).isPresent());
    }

    /**
     * The configuration.
     *
     * @throws RunError when something cannot be told, or makes no model
     */
    BertConfig config(Labels labels) {
        Layout layout = layout(labels);
        DenseLayer query = dense(labels, first(layout, Step.ATTENTION) + ".attention.self.query");
        DenseLayer intermediate = dense(labels, first(layout, Step.FEED_FORWARD) + ".intermediate.dense");
        try {
            int hidden = integer(size(labels, table("word"), 1));
            ModelShape shape =
                    new ModelShape(layout.numHiddenLayers(), hidden, numberOfHeads(query), integer(intermediate.out()));
            return BertConfig.builder(layout, shape, integer(size(labels, table("word"), 0)))
                    .hiddenAct(activation(labels, layout))
                    .maxPositionEmbeddings(integer(size(labels, table("position"), 0)))
                    .typeVocabSize(
                            labels.weight(table("token_type")).isPresent()
                                    ? integer(size(labels, table("token_type"), 0))
                                    : 1)
                    .layerNormEps(epsilon())
                    .build();
        } catch (UserError error) {
            // Here the values were read, and whoever reads gets another exit code and the file's name.
            throw new RunError(graph.file() + ": " + error.getMessage(), error);
        }
    }

    private static String table(String kind) {
        return WeightNames.EMBEDDINGS + "." + kind + "_embeddings.weight";
    }

    private static long size(Labels labels, String weight, int axis) {
        return labels.weight(weight)
                .map(Weight::tensor)
                .filter(tensor -> tensor.rank() == 2)
                .map(tensor -> tensor.dimension(axis))
                .orElse(0L);
    }

    private static int integer(long value) {
        return Math.clamp(value, 0, Integer.MAX_VALUE);
    }

    /** What our own files say of themselves, or full layers. */
    private Layout layout(Labels labels) {
        long full = count(labels, "encoder");
        Optional<String> told = graph.metadata("layout").map(text -> text.replaceAll("\\p{Cntrl}", "?"));
        try {
            if (told.isPresent()) {
                return Layout.parse(told.get());
            }
            if (full < 1 || full > Layout.MAX_SUBLAYERS / 2) {
                throw new RunError(
                        graph.file() + " has " + full + " layers, allowed are 1 to " + Layout.MAX_SUBLAYERS / 2);
            }
            long narrow = count(labels, "encoder_narrow");
            return narrow == 0 ? Layout.dense(Math.toIntExact(full)) : Layout.parse("{sf}" + full + ":{sf}" + narrow);
        } catch (UserError error) {
            throw new RunError(
                    graph.file() + ": its layout is '" + told.orElse("") + "': " + error.getMessage(), error);
        }
    }

    private static long count(Labels labels, String stack) {
        return labels.names().stream()
                .map(LAYER::matcher)
                .filter(Matcher::matches)
                .filter(name -> name.group(1).equals(stack))
                .mapToLong(name -> Long.parseLong(name.group(2)) + 1)
                .max()
                .orElse(0);
    }

    /** The first layer with a sublayer of a kind. */
    private String first(Layout layout, Step kind) {
        return layers(layout, kind)
                .findFirst()
                .orElseThrow(() -> new RunError(graph.file() + ": its layout '" + layout.text() + "' has no " + kind
                        + " sublayer, so that its sizes cannot be told"));
    }

    private static Stream<String> layers(Layout layout, Step kind) {
        return layout.sublayers().stream()
                .filter(sublayer -> sublayer.kind() == kind)
                .map(Sublayer::weights)
                .distinct();
    }

    private DenseLayer dense(Labels labels, String name) {
        return labels.dense(name)
                .orElseThrow(() -> new RunError(graph.file() + " has no dense layer where " + name + " should be"));
    }

    private int numberOfHeads(DenseLayer query) {
        Optional<Integer> found = new HeadCount(graph).of(query);
        if (heads.number().isEmpty()) {
            return found.orElseThrow(() -> new RunError(graph.file()
                    + " does not tell its number of attention heads by a constant: give it by"
                    + " --num-attention-heads"));
        }
        int told = heads.number().getAsInt();
        if (found.isPresent() && found.get() != told) {
            throw new RunError(graph.file() + " has " + found.get()
                    + " attention heads by its constants, and --num-attention-heads is " + told + ": leave it out");
        }
        return told;
    }

    private ActivationFunction activation(Labels labels, Layout layout) {
        Activations activations = new Activations(graph, layers);
        Set<ActivationFunction> found = layers(layout, Step.FEED_FORWARD)
                .map(name -> activations.between(
                        dense(labels, name + ".intermediate.dense"), dense(labels, name + ".output.dense")))
                .collect(Collectors.toSet());
        if (found.size() > 1) {
            throw new RunError(graph.file() + ": its layers have different functions " + found);
        }
        return found.iterator().next();
    }

    /** As a person would write the float32 that the graph has. */
    private double epsilon() {
        Set<Float> found = norms.stream().map(NormLayer::epsilon).collect(Collectors.toSet());
        if (found.size() != 1) {
            throw new RunError(graph.file() + ": its LayerNorms add different numbers to the variance, " + found);
        }
        return Double.parseDouble(Float.toString(found.iterator().next()));
    }
}
