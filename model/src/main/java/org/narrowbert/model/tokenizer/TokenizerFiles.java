package org.narrowbert.model.tokenizer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.files.DurableFolder;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The four files by which a Hugging Face directory says how it makes tokens. */
public final class TokenizerFiles {
    /** The whole tokenizer. */
    public static final String TOKENIZER = "tokenizer.json";

    /** One token a line. */
    public static final String VOCABULARY = "vocab.txt";

    /** The tokenizer's class and options. */
    public static final String CONFIG = "tokenizer_config.json";

    /** The special tokens by role. */
    public static final String SPECIAL_TOKENS = "special_tokens_map.json";

    /** All four. */
    public static final Set<String> NAMES = Set.of(TOKENIZER, VOCABULARY, CONFIG, SPECIAL_TOKENS);

    /** [CLS] and [SEP]. */
    private static final int LEAST_TOKENS = 2;

    private TokenizerFiles() {}

    /**
     * Most tokens of a text, special tokens included, by a folder's tokenizer_config.json; empty where it says nothing, or a number beyond all lengths,
     * which stands for none.
     *
     * @throws org.narrowbert.engine.error.RunError when the file is there and cannot be read
     */
    public static OptionalInt modelMaxLength(Path folder) {
        Path file = folder.resolve(CONFIG);
        if (!Files.exists(file)) {
            return OptionalInt.empty();
        }
        JsonNode length = StrictJson.readObject(file).path("model_max_length");
        return length.isInt() && length.intValue() >= LEAST_TOKENS
                ? OptionalInt.of(length.intValue())
                : OptionalInt.empty();
    }

    /** Writes the four files into a folder that exists. No limit on a text's length is stated. */
    public static void write(Path folder, Tokenizer tokenizer) {
        write(folder, tokenizer, TokenizerJson.MAPPER.createObjectNode());
    }

    /**
     * Writes the four files into a folder that exists.
     *
     * @param modelMaxLength most tokens of a text that the model takes, special tokens included
     */
    public static void write(Path folder, Tokenizer tokenizer, int modelMaxLength) {
        write(folder, tokenizer, TokenizerJson.MAPPER.createObjectNode().put("model_max_length", modelMaxLength));
    }

    /**
     * Makes a folder of the four files, all of them or none. In a folder that exists they are written one by one, and what else is in it stays.
     *
     * @throws org.narrowbert.engine.error.RunError when it cannot be written
     */
    public static void writeFolder(Path folder, Tokenizer tokenizer) {
        if (Files.exists(folder)) {
            write(folder, tokenizer);
        } else {
            DurableFolder.write(folder, files -> write(files, tokenizer));
        }
    }

    /**
     * Copies the files that another folder has, byte for byte.
     *
     * @throws org.narrowbert.engine.error.RunError when one cannot be read or written
     */
    public static void copy(Path from, Path folder) {
        for (String name : new TreeSet<>(NAMES)) {
            if (Files.isRegularFile(from.resolve(name))) {
                try {
                    DurableFile.write(folder.resolve(name), Files.readAllBytes(from.resolve(name)));
                } catch (IOException error) {
                    throw FileProblem.reading(from.resolve(name), error);
                }
            }
        }
    }

    private static void write(Path folder, Tokenizer tokenizer, ObjectNode limits) {
        ObjectNode special = TokenizerJson.MAPPER.createObjectNode();
        special.put("cls_token", "[CLS]")
                .put("mask_token", "[MASK]")
                .put("pad_token", "[PAD]")
                .put("sep_token", "[SEP]")
                .put("unk_token", "[UNK]");
        ObjectNode config = TokenizerJson.MAPPER.createObjectNode();
        config.put("tokenizer_class", "BertTokenizer").put("do_lower_case", tokenizer.lowercase());
        config.setAll(limits);
        config.setAll(special);
        write(folder.resolve(VOCABULARY), String.join("\n", tokenizer.vocabulary()) + "\n");
        write(folder.resolve(TOKENIZER), tokenizer.json());
        write(folder.resolve(CONFIG), pretty(config));
        write(folder.resolve(SPECIAL_TOKENS), pretty(special));
    }

    private static String pretty(ObjectNode node) {
        return TokenizerJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    }

    private static void write(Path file, String text) {
        DurableFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
