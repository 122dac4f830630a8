package org.narrowbert.model.data;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.error.RunError;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one object in dataset.json.
 *
 * @param file its name for errors
 * @param path of the object in the file: "train.shards[3]."
 * @param json the object
 */
record DatasetFields(String file, String path, JsonNode json) {
    boolean has(String key) {
        return json.has(key);
    }

    /** A whole number from 0 to the most given. */
    long whole(String key, long most) {
        long value = signed(key);
        if (value < 0 || value > most) {
            throw wrong(key, "a whole number from 0 to " + most);
        }
        return value;
    }

    long signed(String key) {
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(key, "a whole number");
        }
        return value.longValue();
    }

    double number(String key) {
        JsonNode value = json.path(key);
        if (!value.isNumber()) {
            throw wrong(key, "a number");
        }
        return value.doubleValue();
    }

    String text(String key) {
        JsonNode value = json.path(key);
        if (!value.isString()) {
            throw wrong(key, "a string");
        }
        return value.stringValue();
    }

    DatasetFields object(String key) {
        if (!json.path(key).isObject()) {
            throw wrong(key, "an object");
        }
        return new DatasetFields(file, path + key + ".", json.path(key));
    }

    List<DatasetFields> list(String key) {
        JsonNode value = json.path(key);
        if (!value.isArray()) {
            throw wrong(key, "a list");
        }
        List<DatasetFields> list = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            list.add(new DatasetFields(file, path + key + "[" + i + "].", value.get(i)));
        }
        return list;
    }

    RunError wrong(String key, String expected) {
        return new RunError(file + " is wrong: " + path + key + " is not " + expected + "; prepare the text again");
    }
}
