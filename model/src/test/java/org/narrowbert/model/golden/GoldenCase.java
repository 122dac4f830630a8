package org.narrowbert.model.golden;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.checkpoint.SafeTensors;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One folder of golden files: what PyTorch computes for a small model. Their README tells what each holds. */
record GoldenCase(Path folder, String head, int labels, BertConfig config, JsonNode figures) {
    /** Ids that golden cases keep always and never update: [UNK], [CLS], [SEP] and [MASK] of BERT's vocabulary. */
    static final int[] PROTECTED = {100, 101, 102, 103};

    static GoldenCase read(Path folder) {
        JsonMapper mapper = JsonMapper.shared();
        JsonNode config = mapper.readTree(folder.resolve("config.json").toFile());
        JsonNode figures = mapper.readTree(folder.resolve("figures.json").toFile());
        return new GoldenCase(
                folder,
                config.path("head").asString(),
                config.path("num_labels").asInt(0),
                ConfigJson.read(folder.resolve("config.json"), List.of()).config(),
                figures);
    }

    Batch batch(int number) {
        try (SafeTensors file = open("batch-" + number + ".safetensors")) {
            int[] offsets = file.readInts("offsets");
            int tokens = offsets[offsets.length - 1];
            int[] labels = file.readInts("labels");
            int[] narrow = ofTokens()
                    ? IntStream.range(0, tokens).filter(row -> labels[row] >= 0).toArray()
                    : Arrays.copyOf(offsets, offsets.length - 1);
            int[] narrowOffsets = Arrays.stream(offsets)
                    .map(end ->
                            (int) Arrays.stream(narrow).filter(row -> row < end).count())
                    .toArray();
            return Batch.of(
                    Rows.of(
                            offsets.length - 1,
                            offsets,
                            IntStream.range(0, tokens).toArray()),
                    file.readInts("input_ids"),
                    file.readInts("token_type_ids"),
                    Rows.of(offsets.length - 1, narrowOffsets, narrow),
                    ofTokens() ? Arrays.stream(narrow).map(row -> labels[row]).toArray() : labels);
        }
    }

    /** Whether the head answers for tokens; if not, for each sequence by its first row. */
    private boolean ofTokens() {
        return head.equals("mlm") || head.equals("token-classification");
    }

    SafeTensors model() {
        return open("model.safetensors");
    }

    SafeTensors expected() {
        return open("expected.safetensors");
    }

    Optional<float[]> importance() {
        if (!Files.exists(folder.resolve("importance.safetensors"))) {
            return Optional.empty();
        }
        try (SafeTensors file = open("importance.safetensors")) {
            return Optional.of(file.readFloats("token_importance"));
        }
    }

    private SafeTensors open(String name) {
        return SafeTensors.open(folder.resolve(name));
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
