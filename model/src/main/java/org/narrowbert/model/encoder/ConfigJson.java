package org.narrowbert.model.encoder;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.model.json.StrictJson;
import org.narrowbert.model.layout.Layout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A config.json: a {@link BertConfig} under Hugging Face's keys, plus {@code layout}; {@code full_length_layers} for sparse-queries as in
 * the NarrowBERT authors' code; {@code token_keep}, {@code token_keep_random} and {@code token_importance_beta} for layouts with brackets. Keys
 * that are not ours are kept and written back.
 */
public final class ConfigJson {
    private static final Pattern NARROW_LAYER =
            Pattern.compile("(?:bert\\.)?encoder_narrow\\.layer\\.([0-9]{1,4})\\..*");

    private static final String CLASSIFIER_DROPOUT = "classifier_dropout";

    private final BertConfig config;
    private final HeadConfig head;
    private final ObjectNode keys;

    private ConfigJson(BertConfig config, HeadConfig head, ObjectNode keys) {
        this.config = config;
        this.head = head;
        this.keys = keys;
    }

    /** A new config.json of a masked language model. */
    public static ConfigJson of(BertConfig config) {
        return of(config, HeadConfig.MASKED_LANGUAGE_MODEL);
    }

    /** A new config.json of a model with some head. */
    public static ConfigJson of(BertConfig config, HeadConfig head) {
        return new ConfigJson(config, head, StrictJson.object());
    }

    /**
     * Reads a config.json.
     *
     * <p>The layout is what {@code layout} says; else {@code {sf}k:{sf}(L-k)} with k from {@code full_length_layers} or from the number of
     * {@code encoder_narrow} layers among the tensors; else {@code {sf}L:}.
     *
     * @param tensorNames names of the checkpoint's tensors; empty when there is none
     * @throws RunError naming the file, the key, its value and what is allowed
     */
    public static ConfigJson read(Path file, Collection<String> tensorNames) {
        ObjectNode keys = StrictJson.readObject(file);
        try {
            ConfigKeys typed = new ConfigKeys(keys);
            return new ConfigJson(parse(typed, tensorNames), HeadConfig.read(typed, keys), keys);
        } catch (UserError error) {
            // The values' own checks do not know where a value came from. Here it was read: another exit code, and the
            // file is named.
            throw new RunError(file + ": " + error.getMessage(), error);
        }
    }

    /** What it says. */
    public BertConfig config() {
        return config;
    }

    /** The same file with another configuration; other keys stay. */
    public ConfigJson with(BertConfig other) {
        return new ConfigJson(other, head, keys);
    }

    /** The same file with another head; other keys stay. */
    public ConfigJson with(HeadConfig other) {
        return new ConfigJson(config, other, keys);
    }

    /** What it says of the model's head. */
    public HeadConfig head() {
        return head;
    }

    /** The file's bytes: all keys in alphabetical order. */
    public byte[] bytes() {
        Map<String, JsonNode> sorted = new TreeMap<>();
        keys.forEachEntry(sorted::put);
        ObjectNode ours = ours();
        ConfigKeys.OURS.forEach(sorted::remove);
        ours.forEachEntry(sorted::put);
        ObjectNode all = StrictJson.object();
        sorted.forEach(all::set);
        return StrictJson.write(all);
    }

    private ObjectNode ours() {
        ObjectNode ours = StrictJson.object();
        head.write(ours);
        ours.put("model_type", "bert");
        ours.put("layout", config.layout().source());
        ours.put("vocab_size", config.vocabSize());
        ours.put("hidden_size", config.hiddenSize());
        ours.put("num_hidden_layers", config.numHiddenLayers());
        ours.put("num_attention_heads", config.numAttentionHeads());
        ours.put("intermediate_size", config.intermediateSize());
        ours.put("hidden_act", config.hiddenAct().hiddenAct());
        ours.put("max_position_embeddings", config.maxPositionEmbeddings());
        ours.put("type_vocab_size", config.typeVocabSize());
        ours.put("layer_norm_eps", config.layerNormEps());
        ours.put("hidden_dropout_prob", config.hiddenDropoutProb());
        ours.put("attention_probs_dropout_prob", config.attentionProbsDropoutProb());
        config.classifierDropout().ifPresent(dropout -> ours.put(CLASSIFIER_DROPOUT, dropout));
        ours.put("initializer_range", config.initializerRange());
        ours.put("pad_token_id", config.padTokenId());
        config.layout().fullLengthLayers().ifPresent(full -> ours.put("full_length_layers", full));
        if (config.layout().hasBrackets()) {
            ours.put("token_keep", config.tokenKeep());
            ours.put("token_keep_random", config.tokenKeepRandom());
            ours.put("token_importance_beta", config.tokenImportanceBeta());
        }
        return ours;
    }

    private static BertConfig parse(ConfigKeys keys, Collection<String> tensorNames) {
        keys.mustBe("model_type", "bert");
        keys.mustBe("position_embedding_type", "absolute");
        keys.mustBe("is_decoder", false);
        keys.mustBe("tie_word_embeddings", true);
        int hiddenSize = keys.integer("hidden_size");
        int heads = keys.integer("num_attention_heads");
        ModelShape shape = new ModelShape(0, hiddenSize, heads, keys.integer("intermediate_size"));
        return BertConfig.builder(layout(keys, tensorNames), shape, keys.integer("vocab_size"))
                .hiddenAct(hiddenAct(keys))
                .maxPositionEmbeddings(keys.integer("max_position_embeddings", 512))
                .typeVocabSize(keys.integer("type_vocab_size", 2))
                .layerNormEps(keys.number("layer_norm_eps", 1e-12))
                .hiddenDropoutProb(keys.number("hidden_dropout_prob", 0.1))
                .attentionProbsDropoutProb(keys.number("attention_probs_dropout_prob", 0.1))
                .initializerRange(keys.number("initializer_range", 0.02))
                .padTokenId(keys.integer("pad_token_id", 0))
                .tokenKeep(keys.number("token_keep", BertConfig.DEFAULT_TOKEN_KEEP))
                .tokenKeepRandom(keys.number("token_keep_random", 0))
                .tokenImportanceBeta(keys.number("token_importance_beta", BertConfig.DEFAULT_TOKEN_IMPORTANCE_BETA))
                .classifierDropout(
                        keys.has(CLASSIFIER_DROPOUT)
                                ? OptionalDouble.of(keys.number(CLASSIFIER_DROPOUT, 0))
                                : OptionalDouble.empty())
                .build();
    }

    private static ActivationFunction hiddenAct(ConfigKeys keys) {
        String name = keys.text("hidden_act").orElse("gelu");
        return ActivationFunction.named(name)
                .orElseThrow(() -> keys.wrong("hidden_act", "one of gelu, gelu_new, relu, silu"));
    }

    private static Layout layout(ConfigKeys keys, Collection<String> tensorNames) {
        Optional<String> written = keys.text("layout");
        if (written.isPresent()) {
            Layout layout = Layout.parse(written.get());
            int layers = keys.integer("num_hidden_layers", layout.numHiddenLayers());
            if (layers != layout.numHiddenLayers()) {
                throw new UserError("num_hidden_layers is " + layers + ", but layout " + layout + " has "
                        + layout.numHiddenLayers() + " layers");
            }
            return layout;
        }
        int layers = keys.integerWithin("num_hidden_layers", 1, Layout.MAX_SUBLAYERS / 2);
        if (keys.has("full_length_layers")) {
            // The authors' code also accepts as many full layers as there are: then nothing is narrow.
            return sparseQueries(keys.integerWithin("full_length_layers", 1, layers), layers);
        }
        int narrow = narrowLayers(tensorNames);
        if (narrow >= layers) {
            throw new UserError("num_hidden_layers is " + layers + ", but the weights have " + narrow
                    + " narrow layers (encoder_narrow) besides the full ones");
        }
        return sparseQueries(layers - narrow, layers);
    }

    private static Layout sparseQueries(int full, int layers) {
        return full == layers ? Layout.dense(layers) : Layout.parse("{sf}" + full + ":{sf}" + (layers - full));
    }

    private static int narrowLayers(Collection<String> tensorNames) {
        int layers = 0;
        for (String name : tensorNames) {
            Matcher matcher = NARROW_LAYER.matcher(name);
            if (matcher.matches()) {
                layers = Math.max(layers, Integer.parseInt(matcher.group(1)) + 1);
            }
        }
        return layers;
    }
}
