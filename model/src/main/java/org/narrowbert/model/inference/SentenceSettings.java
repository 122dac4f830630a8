package org.narrowbert.model.inference;

import java.nio.file.Files;
import java.nio.file.Path;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a sentence encoder makes one vector of a text's states, as sentence-transformers writes it beside a model.
 *
 * @param maxTokens longest text in tokens, [CLS] and [SEP] included; what is longer is cut
 * @param pooling which states the vector is made of
 */
public record SentenceSettings(int maxTokens, Pooling pooling) {
    private static final String LENGTH = "sentence_bert_config.json";
    private static final String POOLING = "1_Pooling/config.json";
    private static final String MODE = "pooling_mode_";

    /** Room for [CLS] and [SEP]. */
    private static final int LEAST_TOKENS = 2;

    /** Which states a vector is made of. */
    public enum Pooling {
        /** The mean of all tokens' states, [CLS] and [SEP] among them. */
        MEAN,

        /** The state of [CLS]. */
        CLS
    }

    public SentenceSettings {
        if (maxTokens < LEAST_TOKENS) {
            throw new IllegalArgumentException("texts of " + maxTokens + " tokens have no room for [CLS] and [SEP]");
        }
    }

    /**
     * Reads sentence_bert_config.json and 1_Pooling/config.json. Without the one, texts are as long as the model's positions; without the other, the
     * mean is taken, as sentence-transformers does.
     *
     * @param config the model's
     * @throws RunError when a file says what cannot be done here
     */
    public static SentenceSettings read(Path folder, BertConfig config) {
        return new SentenceSettings(maxTokens(folder.resolve(LENGTH), config), pooling(folder.resolve(POOLING)));
    }

    private static int maxTokens(Path file, BertConfig config) {
        int positions = config.maxPositionEmbeddings();
        if (!Files.exists(file)) {
            return positions;
        }
        JsonNode length = StrictJson.readObject(file).path("max_seq_length");
        if (length.isMissingNode() || length.isNull()) {
            return positions;
        }
        int tokens = length.isInt() ? length.intValue() : 0;
        if (tokens < LEAST_TOKENS || tokens > positions) {
            throw new RunError(file + ": max_seq_length is " + StrictJson.show(length) + ", allowed is " + LEAST_TOKENS
                    + " to the model's " + positions + " positions");
        }
        return tokens;
    }

    private static Pooling pooling(Path file) {
        if (!Files.exists(file)) {
            return Pooling.MEAN;
        }
        ObjectNode modes = StrictJson.readObject(file);
        boolean mean = modes.path(MODE + "mean_tokens").asBoolean(false);
        boolean cls = modes.path(MODE + "cls_token").asBoolean(false);
        for (String key : modes.propertyNames()) {
            boolean other =
                    key.startsWith(MODE) && !key.equals(MODE + "mean_tokens") && !key.equals(MODE + "cls_token");
            if (other && modes.path(key).asBoolean(false)) {
                throw new RunError(
                        file + ": " + key + " is not supported, " + MODE + "mean_tokens and " + MODE + "cls_token are");
            }
        }
        if (mean == cls) {
            throw new RunError(
                    file + ": exactly one of " + MODE + "mean_tokens and " + MODE + "cls_token must be true");
        }
        return mean ? Pooling.MEAN : Pooling.CLS;
    }
}
