package org.narrowbert.model.json;

import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * YAML token by token, within limits, and flat YAML out. An alias is a token like any other here: nothing is copied into its place, so that
 * no document grows by being read.
 */
public final class StrictYaml {
    private static final int MAX_DEPTH = 64;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?(e[-+]\\d+)?");

    private static final YAMLFactory FACTORY = YAMLFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxDocumentLength(StrictJson.MAX_BYTES)
                    .build())
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    private StrictYaml() {}

    /** A parser within the limits; keys that stand there twice are given twice. */
    public static JsonParser parser(Reader yaml) {
        return FACTORY.createParser(ObjectReadContext.empty(), yaml);
    }

    /** Whether the current token is an alias of another value, or has a tag that gives it another type. */
    public static boolean isForeign(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT
                || (parser instanceof YAMLParser yaml && (yaml.isCurrentAlias() || yaml.getTypeId() != null));
    }

    /**
     * Names with one value or a list of values each, as YAML in UTF-8. Numbers, {@code true} and {@code false} stand there bare, all else in
     * quotes.
     *
     * @param heading a comment of one line
     */
    public static byte[] write(String heading, SequencedMap<String, List<String>> values) {
        StringWriter text = new StringWriter().append("# ").append(heading).append('\n');
        try (JsonGenerator yaml = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            yaml.writeStartObject();
            values.forEach((name, list) -> {
                yaml.writeName(name);
                if (list.size() == 1) {
                    scalar(yaml, list.getFirst());
                } else {
                    yaml.writeStartArray();
                    list.forEach(value -> scalar(yaml, value));
                    yaml.writeEndArray();
                }
            });
            yaml.writeEndObject();
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void scalar(JsonGenerator yaml, String value) {
        if (NUMBER.matcher(value).matches()) {
            yaml.writeNumber(value);
        } else if (value.equals("true") || value.equals("false")) {
            yaml.writeBoolean(value.equals("true"));
        } else {
            yaml.writeString(value);
        }
    }
}
