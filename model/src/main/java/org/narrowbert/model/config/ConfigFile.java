package org.narrowbert.model.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.json.ParseProblem;
import org.narrowbert.model.json.StrictJson;
import org.narrowbert.model.json.StrictYaml;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A flat configuration file: keys with one value or a list of values each. JSON where the name ends in {@code .json}, YAML else. Values stay
 * the text that stands there: nothing in them is replaced.
 */
public final class ConfigFile {
    /** The largest file in bytes. */
    public static final int MAX_BYTES = 1_000_000;

    private final Path file;
    private final JsonParser parser;
    private final List<ConfigEntry> entries = new ArrayList<>();

    private ConfigFile(Path file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * Reads the entries in their order; a key that stands there twice is two entries.
     *
     * @throws RunError when the file cannot be read, or is not flat YAML or JSON in UTF-8
     */
    public static List<ConfigEntry> read(Path file) {
        String text = text(file);
        try (JsonParser parser =
                isJson(file) ? StrictJson.parser(new StringReader(text)) : StrictYaml.parser(new StringReader(text))) {
            ConfigFile reading = new ConfigFile(file, parser);
            reading.object();
            return List.copyOf(reading.entries);
        } catch (JacksonException error) {
            throw ParseProblem.of(file.toString(), isJson(file) ? "JSON" : "YAML", error);
        }
    }

    private static boolean isJson(Path file) {
        return file.toString().endsWith(".json");
    }

    private static String text(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new RunError(file + " is a folder: name a YAML or JSON file");
            }
            byte[] bytes;
            try (var stream = Files.newInputStream(file)) {
                bytes = stream.readNBytes(MAX_BYTES + 1);
            }
            if (bytes.length > MAX_BYTES) {
                throw new RunError(file + " is larger than " + MAX_BYTES + " bytes: it is no configuration file");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException error) {
            throw new RunError(file + " is not UTF-8 text", error);
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    private void object() {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            throw wrong("must hold names and values, like 'max_steps: 1000'");
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            entry();
        }
        if (parser.nextToken() != null) {
            throw wrong("holds a second document: it may have one");
        }
    }

    private void entry() {
        String key = parser.currentName();
        int line = line();
        List<String> values = new ArrayList<>();
        boolean list = parser.nextToken() == JsonToken.START_ARRAY;
        if (list) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(scalar(key));
            }
            if (values.isEmpty()) {
                throw wrong(key + " is an empty list: name something, or leave the key out");
            }
        } else {
            values.add(scalar(key));
        }
        entries.add(new ConfigEntry(key, values, list, line));
    }

    private String scalar(String key) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            throw wrong(key + " holds more names and values: options have no parts, each has one value or a list");
        }
        if (StrictYaml.isForeign(parser)) {
            throw wrong(key + " has a YAML tag or alias: write the value itself, in quotes if it begins with ! or *");
        }
        if (token == JsonToken.VALUE_NULL || parser.getString().isEmpty()) {
            throw wrong(key + " has no value: give it one, or leave the key out");
        }
        return parser.getString();
    }

    private int line() {
        return Math.max(1, parser.currentTokenLocation().getLineNr());
    }

    private RunError wrong(String what) {
        return new RunError(file + ", line " + line() + ": " + what);
    }
}
