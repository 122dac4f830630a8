package org.narrowbert.model.inference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/** The files by which sentence-transformers knows a sentence encoder; {@link SentenceSettings#read} reads them. */
public final class SentenceFiles {
    /** Their names, in folders of their own where they lie in one. */
    public static final List<String> NAMES = List.of(
            SentenceSettings.MODULES,
            SentenceSettings.LENGTH,
            SentenceSettings.POOLING,
            "config_sentence_transformers.json");

    private static final String NORMALIZE = "2_Normalize";

    private SentenceFiles() {}

    /**
     * Writes them into a model's folder.
     *
     * @param hiddenSize columns of the model's states
     * @throws org.narrowbert.engine.error.RunError when they cannot be written
     */
    public static void write(Path folder, SentenceSettings settings, int hiddenSize) {
        ObjectNode length = StrictJson.object();
        length.put("max_seq_length", settings.maxTokens()).put("do_lower_case", false);
        ObjectNode pooling = StrictJson.object();
        pooling.put("word_embedding_dimension", hiddenSize);
        SentenceSettings.MODES.forEach((key, mode) -> pooling.put(key, mode == settings.pooling()));
        pooling.put("pooling_mode_mean_sqrt_len_tokens", false);
        write(folder.resolve(SentenceSettings.LENGTH), StrictJson.write(length));
        write(folder.resolve(SentenceSettings.POOLING), StrictJson.write(pooling));
        List<String> modules = settings.normalized()
                ? List.of(
                        module(0, "", "Transformer"),
                        module(1, "1_Pooling", "Pooling"),
                        module(2, NORMALIZE, "Normalize"))
                : List.of(module(0, "", "Transformer"), module(1, "1_Pooling", "Pooling"));
        write(
                folder.resolve(SentenceSettings.MODULES),
                modules.stream()
                        .collect(Collectors.joining(",\n", "[\n", "\n]\n"))
                        .getBytes(StandardCharsets.UTF_8));
        if (settings.normalized()) {
            makeFolder(folder.resolve(NORMALIZE));
        }
    }

    private static String module(int index, String path, String type) {
        return """
                  {
                    "idx": %d,
                    "name": "%d",
                    "path": "%s",
                    "type": "sentence_transformers.models.%s"
                  }""".formatted(index, index, path, type);
    }

    /** Copies those that another folder has. */
    public static void copy(Path from, Path folder) {
        for (String name : NAMES) {
            if (Files.isRegularFile(from.resolve(name))) {
                try {
                    write(folder.resolve(name), Files.readAllBytes(from.resolve(name)));
                } catch (IOException error) {
                    throw FileProblem.reading(from.resolve(name), error);
                }
            }
        }
        if (Files.isDirectory(from.resolve(NORMALIZE))) {
            makeFolder(folder.resolve(NORMALIZE));
        }
    }

    private static void write(Path file, byte[] bytes) {
        makeFolder(DurableFile.folderOf(file));
        DurableFile.write(file, bytes);
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException error) {
            throw FileProblem.writing(folder, error);
        }
    }
}
