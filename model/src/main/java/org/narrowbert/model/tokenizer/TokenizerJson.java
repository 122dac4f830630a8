package org.narrowbert.model.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.Sha256;
import org.narrowbert.model.json.ParseProblem;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The text of a tokenizer.json: read from a file, or made from a vocabulary alone.
 *
 * @param json the text, with truncation and padding off: how long a text may be is the caller's business
 * @param vocabulary the tokens it names
 * @param lowercase whether it makes letters small
 * @param splitsAtSpaces whether a text may be encoded in pieces cut at spaces, with the same ids
 */
record TokenizerJson(String json, Vocabulary vocabulary, boolean lowercase, boolean splitsAtSpaces) {
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(20_000_000)
                            .maxNameLength(100_000)
                            .maxNumberLength(40)
                            .maxDocumentLength(Vocabulary.FILE_LIMIT)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    /** Reads a tokenizer.json's text. */
    static TokenizerJson parse(String text, String where) {
        ObjectNode root = object(text, where);
        root.putNull("truncation");
        root.putNull("padding");
        JsonNode model = root.path("model");
        String type = model.path("type").asString("WordPiece");
        if (!type.equals("WordPiece") || !model.path("vocab").isObject()) {
            throw new RunError(where + " describes a tokenizer of type " + type
                    + ": BERT models need WordPiece, with `model.vocab` an object of tokens and ids");
        }
        JsonNode normalizer = root.path("normalizer");
        boolean lowercase = normalizer.path("lowercase").asBoolean(true);
        boolean splitsAtSpaces =
                root.path("pre_tokenizer").path("type").asString("").equals("BertPreTokenizer");
        return new TokenizerJson(
                MAPPER.writeValueAsString(root),
                vocabulary(model, root.path("added_tokens"), where),
                lowercase,
                splitsAtSpaces);
    }

    /** Makes BERT's tokenizer from its vocabulary. */
    static TokenizerJson of(Vocabulary vocabulary, boolean lowercase, String where) {
        SpecialTokens special = SpecialTokens.of(vocabulary, where);
        ObjectNode root = MAPPER.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        SpecialTokens.NAMES.stream()
                .sorted((a, b) -> Integer.compare(
                        vocabulary.id(a).orElseThrow(), vocabulary.id(b).orElseThrow()))
                .forEach(name -> added.addObject()
                        .put("id", vocabulary.id(name).orElseThrow())
                        .put("content", name)
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", true));
        root.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .putNull("strip_accents")
                .put("lowercase", lowercase);
        root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        putTemplate(root.putObject("post_processor").put("type", "TemplateProcessing"), special);
        root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        ObjectNode model = root.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", "[UNK]")
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        ObjectNode ids = model.putObject("vocab");
        for (int id = 0; id < vocabulary.size(); id++) {
            ids.put(vocabulary.token(id), id);
        }
        return new TokenizerJson(MAPPER.writeValueAsString(root), vocabulary, lowercase, true);
    }

    /** The digest of all that ids depend on. */
    String fingerprint() {
        ObjectNode root = object(json, "the tokenizer");
        StringBuilder text = new StringBuilder();
        for (String part : List.of("normalizer", "pre_tokenizer", "added_tokens")) {
            appendSorted(root.path(part), text);
        }
        JsonNode model = root.path("model");
        for (String option : List.of("unk_token", "continuing_subword_prefix", "max_input_chars_per_word")) {
            appendSorted(model.path(option), text);
        }
        vocabulary.tokens().forEach(token -> text.append(token).append('\n'));
        return Sha256.of(text.toString());
    }

    /** Values by the paths of their keys, keys in order: files differ in theirs. */
    private static void appendSorted(JsonNode value, StringBuilder text) {
        if (value.isArray()) {
            value.forEach(element -> appendSorted(element, text.append("- ")));
        } else if (value.isObject()) {
            new TreeMap<>(value.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                    .forEach(
                            (key, inner) -> appendSorted(inner, text.append(key).append(' ')));
        } else {
            text.append(value).append('\n');
        }
    }

    /** [CLS] A [SEP], and [CLS] A [SEP] B [SEP] whose second part has token type 1. */
    private static void putTemplate(ObjectNode processor, SpecialTokens special) {
        ArrayNode single = processor.putArray("single");
        ArrayNode pair = processor.putArray("pair");
        for (ArrayNode template : List.of(single, pair)) {
            addPiece(template, "SpecialToken", "[CLS]", 0);
            addPiece(template, "Sequence", "A", 0);
            addPiece(template, "SpecialToken", "[SEP]", 0);
        }
        addPiece(pair, "Sequence", "B", 1);
        addPiece(pair, "SpecialToken", "[SEP]", 1);
        ObjectNode tokens = processor.putObject("special_tokens");
        putSpecial(tokens, "[CLS]", special.cls());
        putSpecial(tokens, "[SEP]", special.sep());
    }

    private static void addPiece(ArrayNode template, String kind, String id, int type) {
        template.addObject().putObject(kind).put("id", id).put("type_id", type);
    }

    private static void putSpecial(ObjectNode tokens, String name, int id) {
        ObjectNode token = tokens.putObject(name).put("id", name);
        token.putArray("ids").add(id);
        token.putArray("tokens").add(name);
    }

    /** Tokens of the model and those added to it, by id; every id from 0 must have one. */
    private static Vocabulary vocabulary(JsonNode model, JsonNode added, String where) {
        List<String> names = new ArrayList<>();
        List<Integer> ids = new ArrayList<>();
        model.path("vocab").properties().forEach(entry -> {
            names.add(entry.getKey());
            ids.add(entry.getValue().asInt(-1));
        });
        added.forEach(token -> {
            names.add(token.path("content").asString(""));
            ids.add(token.path("id").asInt(-1));
        });
        String[] tokens = new String[names.size()];
        int size = 0;
        for (int i = 0; i < tokens.length; i++) {
            int id = ids.get(i);
            String name = names.get(i);
            if (id < 0 || id >= tokens.length || (tokens[id] != null && !name.equals(tokens[id]))) {
                throw new RunError(
                        where + " gives the token '" + name + "' the id " + id
                                + ", which is taken or not below the number of tokens: ids are whole numbers from 0, one a token");
            }
            tokens[id] = name;
            size = Math.max(size, id + 1);
        }
        for (int id = 0; id < size; id++) {
            if (tokens[id] == null) {
                throw new RunError(
                        where + " has no token with the id " + id + ": ids are whole numbers from 0 without holes");
            }
        }
        return Vocabulary.of(Arrays.asList(tokens).subList(0, size), where);
    }

    /** Parses a JSON object; an error names line and column. */
    static ObjectNode object(String text, String where) {
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode root) {
                return root;
            }
        } catch (JacksonException e) {
            throw ParseProblem.of(where, "JSON", e);
        }
        throw new RunError(where + " is not a JSON object");
    }
}
