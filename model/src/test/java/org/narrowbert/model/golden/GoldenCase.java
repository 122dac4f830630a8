package org.narrowbert.model.golden;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.checkpoint.tensor.SafeTensors;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.finetuning.TaskModel;
import org.narrowbert.model.finetuning.batch.ChoiceTargets;
import org.narrowbert.model.finetuning.batch.ClassTargets;
import org.narrowbert.model.finetuning.batch.LabelledBatch;
import org.narrowbert.model.finetuning.batch.MultiLabelTargets;
import org.narrowbert.model.finetuning.batch.SpanTargets;
import org.narrowbert.model.finetuning.batch.Targets;
import org.narrowbert.model.finetuning.batch.ValueTargets;
import org.narrowbert.model.heads.HeadType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One folder of golden files: what PyTorch computes for a small model. Their README tells what each holds. */
record GoldenCase(Path folder, String head, int labels, int choices, BertConfig config, JsonNode figures) {
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
                config.path("choices").asInt(0),
                ConfigJson.read(folder.resolve("config.json"), List.of()).config(),
                figures);
    }

    Batch batch(int number) {
        return labelled(number).batch();
    }

    /** A batch with what is right for it; of masked language models the batch itself has the labels. */
    LabelledBatch labelled(int number) {
        try (SafeTensors file = open("batch-" + number + ".safetensors")) {
            int[] offsets = file.readInts("offsets");
            int sequences = offsets.length - 1;
            int tokens = offsets[sequences];
            int[] labels = ofTokens() ? file.readInts("labels") : new int[0];
            int[] narrow = switch (head) {
                case "mlm", "token-classification" ->
                    IntStream.range(0, tokens).filter(row -> labels[row] >= 0).toArray();
                case "question-answering" -> IntStream.range(0, tokens).toArray();
                default -> Arrays.copyOf(offsets, sequences);
            };
            int[] narrowOffsets = Arrays.stream(offsets)
                    .map(end ->
                            (int) Arrays.stream(narrow).filter(row -> row < end).count())
                    .toArray();
            int[] narrowLabels =
                    ofTokens() ? Arrays.stream(narrow).map(row -> labels[row]).toArray() : new int[narrow.length];
            Batch batch = Batch.of(
                    Rows.of(sequences, offsets, IntStream.range(0, tokens).toArray()),
                    file.readInts("input_ids"),
                    file.readInts("token_type_ids"),
                    Rows.of(sequences, narrowOffsets, narrow),
                    narrowLabels);
            return new LabelledBatch(batch, targets(file, batch));
        }
    }

    private Targets targets(SafeTensors file, Batch batch) {
        int sequences = batch.tokens().sequences();
        return switch (head) {
            case "mlm", "token-classification" -> ClassTargets.of(batch.labels());
            case "classification" -> ClassTargets.of(file.readInts("labels"));
            case "regression" -> new ValueTargets(doubles(file.readFloats("labels")), sequences);
            case "multi-label" -> new MultiLabelTargets(file.readFloats("labels"), sequences, labels);
            case "multiple-choice" ->
                new ChoiceTargets(
                        IntStream.rangeClosed(0, sequences / choices)
                                .map(question -> question * choices)
                                .toArray(),
                        file.readInts("labels"),
                        sequences / choices);
            case "question-answering" ->
                new SpanTargets(file.readInts("start_positions"), file.readInts("end_positions"), sequences);
            default -> throw new AssertionError(head);
        };
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    /** The model with its head. */
    TaskModel taskModel() {
        HeadType type = switch (head) {
            case "token-classification" -> HeadType.TOKEN_CLASSIFICATION;
            case "question-answering" -> HeadType.QUESTION_ANSWERING;
            default -> HeadType.SEQUENCE_CLASSIFICATION;
        };
        return TaskModel.of(config, type, Math.max(1, labels), HeadConfig.of(head, List.of()));
    }

    /** Whether the head answers for some tokens of a sequence. */
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
