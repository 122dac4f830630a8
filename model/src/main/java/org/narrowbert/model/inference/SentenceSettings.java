package org.narrowbert.model.inference;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.json.StrictJson;
import org.narrowbert.model.tokenizer.TokenizerFiles;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a sentence encoder makes one vector of a text's states, as sentence-transformers writes it beside a model.
 *
 * @param maxTokens longest text in tokens, [CLS] and [SEP] included; what is longer is cut
 * @param pooling which states the vector is made of
 * @param normalized whether the vector is brought to length one
 */
public record SentenceSettings(int maxTokens, Pooling pooling, boolean normalized) {
    static final String LENGTH = "sentence_bert_config.json";
    static final String POOLING = "1_Pooling/config.json";
    static final String MODULES = "modules.json";
    private static final String MODE = "pooling_mode_";

    static final Map<String, Pooling> MODES = new TreeMap<>(Map.of(
            MODE + "mean_tokens", Pooling.MEAN, MODE + "cls_token", Pooling.CLS, MODE + "max_tokens", Pooling.MAX));

    private static final String NORMALIZE = "Normalize";

    /** What a sentence encoder may be made of here. */
    private static final Set<String> PARTS = Set.of("Transformer", "Pooling", NORMALIZE);

    /** Room for [CLS] and [SEP]. */
    private static final int LEAST_TOKENS = 2;

    /** Which states a vector is made of. */
    public enum Pooling {
        /** The state of [CLS]: no other row leaves the last attention. */
        CLS,

        /** The mean of all tokens' states, [CLS] and [SEP] among them, so that all rows of the last state are computed. */
        MEAN,

        /** The largest of all tokens' states in each column, which takes all rows as well. */
        MAX
    }

    public SentenceSettings {
        if (maxTokens < LEAST_TOKENS) {
            throw new IllegalArgumentException("texts of " + maxTokens + " tokens have no room for [CLS] and [SEP]");
        }
    }

    /**
     * Reads sentence_bert_config.json, 1_Pooling/config.json and modules.json. Where the first says nothing, tokenizer_config.json does, and without both
     * texts are as long as the model's positions; without the second, the mean is taken; without the third, vectors stay as long as they are: all as sentence-transformers does.
     *
     * @param config the model's
     * @throws RunError when a file says what cannot be done here
     */
    public static SentenceSettings read(Path folder, BertConfig config) {
        return read(folder, config, pooling(folder.resolve(POOLING)));
    }

    /** The same, whatever the folder says of the pooling. */
    public static SentenceSettings read(Path folder, BertConfig config, Pooling pooling) {
        return new SentenceSettings(maxTokens(folder, config), pooling, normalized(folder.resolve(MODULES)));
    }

    /** The same with vectors of length one, or as long as they come out. */
    public SentenceSettings normalized(boolean toLengthOne) {
        return new SentenceSettings(maxTokens, pooling, toLengthOne);
    }

    private static int maxTokens(Path folder, BertConfig config) {
        int positions = config.maxPositionEmbeddings();
        Path file = folder.resolve(LENGTH);
        JsonNode length = Files.exists(file) ? StrictJson.readObject(file).path("max_seq_length") : null;
        if (length == null || length.isMissingNode() || length.isNull()) {
            // Newer versions keep the length with the tokenizer.
            return Math.min(TokenizerFiles.modelMaxLength(folder).orElse(positions), positions);
        }
        int tokens = length.isInt() ? length.intValue() : 0;
        if (tokens < LEAST_TOKENS || tokens > positions) {
            throw new RunError(file + ": max_seq_length is " + StrictJson.show(length) + ", allowed is " + LEAST_TOKENS
                    + " to the model's " + positions + " positions");
        }
        return tokens;
    }

    /** Newer versions name the mode, older ones have a truth value for each. */
    private static Pooling pooling(Path file) {
        if (!Files.exists(file)) {
            return Pooling.MEAN;
        }
        ObjectNode told = StrictJson.readObject(file);
        JsonNode named = told.path("pooling_mode");
        if (!named.isMissingNode()) {
            return switch (named.asString("")) {
                case "mean" -> Pooling.MEAN;
                case "cls" -> Pooling.CLS;
                case "max" -> Pooling.MAX;
                default ->
                    throw new RunError(file + ": pooling_mode is " + StrictJson.show(named)
                            + ", and cls, mean and max are supported; --pooling chooses one of them");
            };
        }
        String several = file + ": exactly one of " + String.join(", ", MODES.keySet()) + " must be true";
        Pooling chosen = null;
        for (String key : told.propertyNames()) {
            if (key.startsWith(MODE) && told.path(key).asBoolean(false)) {
                Pooling pooling = MODES.get(key);
                if (pooling == null) {
                    throw new RunError(file + ": " + key + " is not supported, " + String.join(", ", MODES.keySet())
                            + " are; --pooling chooses one of them");
                }
                if (chosen != null) {
                    throw new RunError(several);
                }
                chosen = pooling;
            }
        }
        if (chosen == null) {
            throw new RunError(several);
        }
        return chosen;
    }

    private static boolean normalized(Path file) {
        if (!Files.exists(file)) {
            return false;
        }
        boolean normalized = false;
        for (JsonNode module : StrictJson.readArray(file)) {
            String type = module.path("type").asString("");
            String name = type.substring(type.lastIndexOf('.') + 1);
            if (!PARTS.contains(name)) {
                throw new RunError(file + ": a module of type " + StrictJson.show(module.path("type"))
                        + " is not supported, Transformer, Pooling and Normalize are");
            }
            normalized |= name.equals(NORMALIZE);
        }
        return normalized;
    }
}
