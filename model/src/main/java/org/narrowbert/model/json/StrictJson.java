package org.narrowbert.model.json;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FileProblem;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads JSON objects within limits: no key twice, nothing after the object, depth at most 64, strings at most 20 MB, numbers at most 40
 * digits, documents at most 100 MB.
 */
public final class StrictJson {
    /** The largest document in bytes. */
    public static final long MAX_BYTES = 100_000_000;

    private static final int MAX_DEPTH = 64;
    private static final int MAX_STRING = 20_000_000;
    private static final int MAX_NUMBER_DIGITS = 40;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_STRING)
                            .maxNameLength(MAX_STRING)
                            .maxNumberLength(MAX_NUMBER_DIGITS)
                            .maxDocumentLength(MAX_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // Its table of known names is an attack surface, and names rarely repeat here.
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private StrictJson() {}

    /**
     * Reads a file that holds one JSON object.
     *
     * @throws RunError when it cannot be read, is too large, or is not one sound JSON object
     */
    public static ObjectNode readObject(Path file) {
        return parseObject(file.toString(), readAll(file));
    }

    /**
     * Reads a file that holds one JSON array.
     *
     * @throws RunError when it cannot be read, is too large, or is not one sound JSON array
     */
    public static ArrayNode readArray(Path file) {
        if (parse(file.toString(), readAll(file)) instanceof ArrayNode array) {
            return array;
        }
        throw new RunError(file + " is not a JSON array");
    }

    private static byte[] readAll(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new RunError(file + " has " + size + " bytes, but a JSON file may have " + MAX_BYTES);
            }
            return Files.readAllBytes(file);
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    /**
     * Reads one JSON object.
     *
     * @param where the file, and the part of it, that error messages name
     * @throws RunError when it is not one sound JSON object in UTF-8
     */
    public static ObjectNode parseObject(String where, byte[] json) {
        if (parse(where, json) instanceof ObjectNode object) {
            return object;
        }
        throw new RunError(where + " is not a JSON object");
    }

    private static JsonNode parse(String where, byte[] json) {
        try {
            // The library guesses UTF-16 and skips a byte order mark; what we read is UTF-8 and nothing else.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
            return MAPPER.readTree(text);
        } catch (CharacterCodingException error) {
            throw new RunError(where + " is not UTF-8 text", error);
        } catch (JacksonException error) {
            throw ParseProblem.of(where, "JSON", error);
        }
    }

    /** The object as indented text in UTF-8, keys in their order, with a line end. */
    public static byte[] write(ObjectNode object) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter()
                .withSeparators(Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(lines)
                .withArrayIndenter(lines);
        return (MAPPER.writer().with(printer).writeValueAsString(object) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A new, empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A value as an error message shows it: JSON, cut when it is long. */
    public static String show(JsonNode value) {
        String json = value.isContainer() ? (value.isArray() ? "a list" : "an object") : value.toString();
        return json.length() <= 80 ? json : json.substring(0, 80) + "...";
    }

    /** A parser of one text within the limits; the caller closes it. */
    public static JsonParser parser(String json) {
        return MAPPER.createParser(json);
    }

    /** A parser within the limits. */
    public static JsonParser parser(Reader json) {
        return MAPPER.createParser(json);
    }
}
