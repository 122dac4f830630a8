package org.narrowbert.model.encoder;

import java.util.Optional;
import java.util.Set;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads typed values of a config.json; null counts as absent, as in Hugging Face's own files. */
final class ConfigKeys {
    /** The keys that a {@link BertConfig} and a {@link HeadConfig} answer for; all others are kept as they are. */
    static final Set<String> OURS = Set.of(
            "architectures",
            "id2label",
            "label2id",
            "problem_type",
            "finetuning_task",
            "model_type",
            "layout",
            "vocab_size",
            "hidden_size",
            "num_hidden_layers",
            "num_attention_heads",
            "intermediate_size",
            "hidden_act",
            "max_position_embeddings",
            "type_vocab_size",
            "layer_norm_eps",
            "hidden_dropout_prob",
            "attention_probs_dropout_prob",
            "classifier_dropout",
            "initializer_range",
            "pad_token_id",
            "full_length_layers",
            "token_keep",
            "token_keep_random",
            "token_importance_beta",
            // Of weights that were stored in another type: those written here are float32, whatever they were.
            "torch_dtype",
            "dtype");

    private final ObjectNode keys;

    ConfigKeys(ObjectNode keys) {
        this.keys = keys;
    }

    boolean has(String key) {
        return keys.hasNonNull(key);
    }

    /** Refuses another value than the one that is understood; absent is that one. */
    void mustBe(String key, String only) {
        if (!text(key).orElse(only).equals(only)) {
            throw wrong(key, "\"" + only + "\"");
        }
    }

    /** Refuses another truth value than the one that is understood; absent is that one. */
    void mustBe(String key, boolean only) {
        if (has(key) && keys.get(key).asBoolean(!only) != only) {
            throw wrong(key, String.valueOf(only));
        }
    }

    Optional<String> text(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        if (!keys.get(key).isString()) {
            throw wrong(key, "a string");
        }
        return Optional.of(keys.get(key).stringValue());
    }

    int integer(String key) {
        if (!has(key)) {
            throw new UserError(key + " is missing");
        }
        JsonNode value = keys.get(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(key, "a whole number");
        }
        return value.intValue();
    }

    int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    int integerWithin(String key, int lowest, int highest) {
        int value = integer(key);
        if (value < lowest || value > highest) {
            throw wrong(key, "a whole number from " + lowest + " to " + highest);
        }
        return value;
    }

    double number(String key, double otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        if (!keys.get(key).isNumber()) {
            throw wrong(key, "a number");
        }
        return keys.get(key).doubleValue();
    }

    UserError wrong(String key, String allowed) {
        return new UserError(key + " is " + StrictJson.show(keys.get(key)) + ", allowed is " + allowed);
    }
}
