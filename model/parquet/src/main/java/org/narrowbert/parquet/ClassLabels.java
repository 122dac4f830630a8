package org.narrowbert.parquet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.KeyValue;
import org.jspecify.annotations.Nullable;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.JsonNode;

/**
 * What Hugging Face's datasets library writes beside the columns: the names of classes, which the columns hold as numbers from 0 on. Of what does not
 * read as it writes it nothing is known: the numbers stay.
 *
 * @param names of classes, by column
 */
record ClassLabels(Map<String, List<String>> names) {
    private static final String KEY = "huggingface";
    private static final String CLASS_LABEL = "ClassLabel";
    private static final ClassLabels NONE = new ClassLabels(Map.of());

    /** From a file's own key-value pairs, which it may lack. */
    static ClassLabels of(@Nullable List<KeyValue> pairs) {
        if (pairs == null) {
            return NONE;
        }
        for (KeyValue pair : pairs) {
            String value = pair.getValue();
            if (KEY.equals(pair.getKey()) && value != null) {
                return parse(value);
            }
        }
        return NONE;
    }

    private static ClassLabels parse(String json) {
        JsonNode features;
        try {
            features = StrictJson.parseObject("the file's note", json.getBytes(StandardCharsets.UTF_8))
                    .path("info")
                    .path("features");
        } catch (RunError unreadable) {
            return NONE;
        }
        Map<String, List<String>> names = new HashMap<>();
        for (Map.Entry<String, JsonNode> feature : features.properties()) {
            JsonNode described = values(feature.getValue());
            if (described.path("_type").asString("").equals(CLASS_LABEL)) {
                names.put(feature.getKey(), strings(described.path("names")));
            }
        }
        return new ClassLabels(names);
    }

    /** What a column's values are: of a list those within it, which stand in an object or, as older versions have it, in a list of one. */
    private static JsonNode values(JsonNode feature) {
        if (feature.isArray()) {
            return feature.path(0);
        }
        return feature.has("feature") ? feature.path("feature") : feature;
    }

    /** Different strings, or nothing. */
    private static List<String> strings(JsonNode list) {
        List<String> strings = new ArrayList<>(list.size());
        for (JsonNode one : list) {
            if (!one.isString()) {
                return List.of();
            }
            strings.add(one.stringValue());
        }
        return new HashSet<>(strings).size() == strings.size() ? strings : List.of();
    }

    /** Names of a column's classes; empty where it has none. */
    List<String> of(String column) {
        return names.getOrDefault(column, List.of());
    }
}
