package org.narrowbert.model.onnx.reading;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.heads.QuestionAnswering;
import org.narrowbert.model.heads.SequenceClassification;
import org.narrowbert.model.heads.TokenClassification;
import org.narrowbert.model.onnx.reading.Labels.Weight;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;
import org.narrowbert.model.onnx.reading.graph.StoredTensor;
import org.narrowbert.model.onnx.reading.graph.TensorValues;

/**
 * The head of a model in an ONNX file, by the names of its weights.
 *
 * @param config what it is for
 * @param parameters of the encoder and the head
 */
record ImportedHead(HeadConfig config, List<Parameter> parameters) {
    private static final String HEAD_BIAS = WeightNames.PREDICTIONS + ".bias";
    private static final String DECODER = WeightNames.PREDICTIONS + ".decoder";
    private static final String LABELS = "labels";

    /** The head whose weights are all there; without one it is a base model, with its pooler if it has one. */
    static ImportedHead of(OnnxGraph graph, Labels labels, BertConfig config) {
        Optional<Weight> classifier = labels.weight(WeightNames.CLASSIFIER + ".bias");
        boolean pools = has(labels, WeightNames.POOLER);
        if (isMaskedLanguageModel(labels)) {
            return new ImportedHead(
                    HeadConfig.MASKED_LANGUAGE_MODEL,
                    MaskedLanguageModel.inference(config).graph().parameters());
        }
        if (has(labels, WeightNames.CLASSIFIER)) {
            int count = Math.clamp(classifier.orElseThrow().tensor().dimension(0), 1, config.vocabSize());
            HeadConfig head = HeadConfig.of(
                    pools ? "BertForSequenceClassification" : "BertForTokenClassification", labels(graph, count));
            return new ImportedHead(
                    head,
                    pools
                            ? SequenceClassification.inference(config, count)
                                    .graph()
                                    .parameters()
                            : TokenClassification.inference(config, count)
                                    .graph()
                                    .parameters());
        }
        if (has(labels, WeightNames.SPANS)) {
            return new ImportedHead(
                    HeadConfig.of("BertForQuestionAnswering", List.of()),
                    QuestionAnswering.of(config, HeadMode.INFERENCE).graph().parameters());
        }
        List<Parameter> base = new ArrayList<>(OnnxEncoder.encoderParameters(config));
        if (pools) {
            int hidden = config.hiddenSize();
            base.add(WeightNames.weight(WeightNames.POOLER, hidden, hidden));
            base.add(WeightNames.bias(WeightNames.POOLER, hidden));
        }
        return new ImportedHead(HeadConfig.of("BertModel", List.of()), List.copyOf(base));
    }

    private static boolean has(Labels labels, String layer) {
        return labels.weight(layer + ".weight").isPresent()
                && labels.weight(layer + ".bias").isPresent();
    }

    private static boolean isMaskedLanguageModel(Labels labels) {
        labels.weight(DECODER + ".bias")
                .filter(bias -> labels.weight(HEAD_BIAS).isEmpty())
                .ifPresent(bias -> labels.plain(HEAD_BIAS, bias.tensor()));
        return has(labels, WeightNames.PREDICTIONS + ".transform.dense")
                && has(labels, WeightNames.PREDICTIONS + ".transform.LayerNorm")
                && labels.weight(HEAD_BIAS).isPresent()
                && isTied(labels);
    }

    /** Whether the decoder has the word embeddings' values, which exporters write a second time. */
    private static boolean isTied(Labels labels) {
        Optional<StoredTensor> word = labels.weight(WeightNames.EMBEDDINGS + ".word_embeddings.weight")
                .map(Weight::tensor);
        Optional<Weight> decoder =
                labels.weight(DECODER + ".weight").or(() -> labels.weight(WeightNames.PREDICTIONS + ".weight"));
        if (word.isEmpty() || decoder.isEmpty()) {
            return false;
        }
        return decoder.get().tensor().equals(word.get())
                || TensorValues.areEqual(
                        word.get(), decoder.get().tensor(), decoder.get().isTurned());
    }

    /** What our own files say of the labels' names, or numbers. */
    private static List<String> labels(OnnxGraph graph, int count) {
        List<String> told = graph.metadata(LABELS)
                .map(text -> Arrays.asList(text.split("\n", -1)))
                .orElse(List.of());
        return told.size() == count
                ? told
                : IntStream.range(0, count).mapToObj(label -> "LABEL_" + label).toList();
    }
}
