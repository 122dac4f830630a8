package org.narrowbert.model.json;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.LongPredicate;
import org.narrowbert.engine.error.RunError;
import tools.jackson.databind.JsonNode;

/**
 * The fields of an object in a JSON file that was written here: what is missing or of another kind means that the file was changed.
 *
 * @param json the object
 * @param path of the object in the file, with a dot at its end: "train.shards[3]."; empty for the file's own
 * @param refusal how this kind of file is refused
 */
public record JsonFields(JsonNode json, String path, Refusal refusal) {
    /** How a kind of file is refused. */
    @FunctionalInterface
    public interface Refusal {
        /**
         * The sentence.
         *
         * @param key with its path
         * @param expected such as "a whole number"
         * @param found what stands there, which may be missing
         */
        RunError of(String key, String expected, JsonNode found);
    }

    /** The fields of a file's own object. */
    public static JsonFields of(JsonNode json, Refusal refusal) {
        return new JsonFields(json, "", refusal);
    }

    /** Whether there is such a field. */
    public boolean has(String key) {
        return json.has(key);
    }

    /** The names of all fields, in the order in which they stand. */
    public List<String> names() {
        return List.copyOf(json.propertyNames());
    }

    /** A whole number. */
    public long whole(String key) {
        return whole(key, value -> true, "a whole number");
    }

    /** A whole number from 0 to the most given. */
    public long whole(String key, long most) {
        return whole(key, value -> value >= 0 && value <= most, "a whole number from 0 to " + most);
    }

    /** A whole number of which something holds. */
    public long whole(String key, LongPredicate allowed, String expected) {
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || !allowed.test(value.longValue())) {
            throw wrong(key, expected);
        }
        return value.longValue();
    }

    /** A number. */
    public double number(String key) {
        return number(key, value -> true, "a number");
    }

    /** A number of which something holds. */
    public double number(String key, DoublePredicate allowed, String expected) {
        JsonNode value = json.path(key);
        if (!value.isNumber() || !allowed.test(value.doubleValue())) {
            throw wrong(key, expected);
        }
        return value.doubleValue();
    }

    /** A string. */
    public String text(String key) {
        JsonNode value = json.path(key);
        if (!value.isString()) {
            throw wrong(key, "a string");
        }
        return value.stringValue();
    }

    /** True or false. */
    public boolean truth(String key) {
        JsonNode value = json.path(key);
        if (!value.isBoolean()) {
            throw wrong(key, "true or false");
        }
        return value.booleanValue();
    }

    /** The fields of an object within this one. */
    public JsonFields object(String key) {
        if (!json.path(key).isObject()) {
            throw wrong(key, "an object");
        }
        return new JsonFields(json.path(key), path + key + ".", refusal);
    }

    /** The fields of each object of a list. */
    public List<JsonFields> list(String key) {
        JsonNode value = json.path(key);
        if (!value.isArray()) {
            throw wrong(key, "a list");
        }
        List<JsonFields> list = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            list.add(new JsonFields(value.get(i), path + key + "[" + i + "].", refusal));
        }
        return list;
    }

    /** The refusal of a field. */
    public RunError wrong(String key, String expected) {
        return refusal.of(path + key, expected, json.path(key));
    }
}
