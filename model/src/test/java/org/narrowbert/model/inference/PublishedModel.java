package org.narrowbert.model.inference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.tokenizer.ReferenceData;
import org.narrowbert.model.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** all-MiniLM-L6-v2 as it is published, and what PyTorch in double computes with it for some texts. */
final class PublishedModel {
    static final String NAME = "all-MiniLM-L6-v2";

    /** Texts that are computed together. */
    private static final int BATCH = 16;

    private PublishedModel() {}

    /**
     * One text.
     *
     * @param text what is encoded
     * @param ids its tokens
     * @param cls [hidden] the last state of [CLS]
     * @param embedding [hidden] the mean of all tokens' states, of length one
     */
    record Sentence(String text, int[] ids, float[] cls, float[] embedding) {}

    /** What a backend makes of a text: its tokens, their states and its vector. */
    record Encoded(int[] ids, float[] states, float[] embedding) {}

    /** The texts that come with the model; without the model the test is skipped. */
    static List<Sentence> sentences() {
        Path file = ReferenceData.model(NAME).resolve("sentences.json");
        List<Sentence> sentences = new ArrayList<>();
        for (JsonNode node : JsonMapper.shared().readTree(file.toFile())) {
            int[] ids = node.path("input_ids")
                    .valueStream()
                    .mapToInt(JsonNode::asInt)
                    .toArray();
            sentences.add(new Sentence(
                    node.path("text").asString(), ids, floats(node.path("cls")), floats(node.path("embedding"))));
        }
        return sentences;
    }

    /** Encodes texts with the model in a folder, weights kept by the backend. */
    static List<Encoded> encode(Path folder, List<String> texts, Backend backend) {
        try (HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder);
                Tokenizer tokenizer = Tokenizer.open(folder);
                Parameters parameters = Parameters.open(
                        EncoderStates.of(directory.config()).graph().parameters(), backend)) {
            directory.load(parameters).requireComplete();
            SentenceSettings settings = SentenceSettings.read(folder, directory.config());
            List<Encoded> encoded = new ArrayList<>();
            try (SentenceEncoder encoder =
                            new SentenceEncoder(directory.config(), settings, parameters, tokenizer, backend);
                    PackedWeights _ = encoder.keepPacked()) {
                for (int first = 0; first < texts.size(); first += BATCH) {
                    List<int[]> batch = texts.subList(first, Math.min(texts.size(), first + BATCH)).stream()
                            .map(text -> encoder.tokens(text).ids())
                            .toList();
                    List<float[]> states = encoder.states(batch);
                    List<float[]> embeddings = encoder.embeddings(batch);
                    for (int text = 0; text < batch.size(); text++) {
                        encoded.add(new Encoded(batch.get(text), states.get(text), embeddings.get(text)));
                    }
                }
            }
            return encoded;
        }
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) array.get(index).asDouble();
        }
        return values;
    }
}
