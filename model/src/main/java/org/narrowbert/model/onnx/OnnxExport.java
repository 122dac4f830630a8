package org.narrowbert.model.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.heads.QuestionAnswering;
import org.narrowbert.model.heads.SequenceClassification;
import org.narrowbert.model.heads.TokenClassification;
import org.narrowbert.model.inference.SentenceSettings;
import org.narrowbert.model.onnx.OnnxModel.Value;

/**
 * What of a model goes into an ONNX file: the encoder of any layout (brackets left out, as in all inference) with one of the heads, a masked language
 * model's decoder tied to the word embeddings. Weights have Hugging Face's names and shapes. Operators are those of ONNX itself, set 17. Inputs are
 * {@code input_ids}, {@code attention_mask} and {@code token_type_ids}, each int64 [batch, sequence]; {@link PaddedBatch} makes them.
 */
public final class OnnxExport {
    private OnnxExport() {}

    /**
     * The encoder with the masked language model's head: {@code logits}.
     *
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel maskedLanguageModel(BertConfig config, LogitRows rows) {
        // As others export it, every layer whole: that is what is compared with.
        MaskedLanguageModel model = MaskedLanguageModel.inference(config, LastLayer.FULL);
        String logitRows = switch (rows) {
            case EVERY_TOKEN -> "sequence";
            case POSITIONS -> "places";
        };
        Draft draft = new Draft(config, model.graph(), NarrowRows.of(rows));
        String logits = draft.outputs.named(draft.translation.name(model.output()), "logits");
        return draft.model(Map.of(), matrix(logits, config.vocabSize(), "batch", logitRows));
    }

    /**
     * The encoder alone: {@code last_hidden_state} [batch, sequence, hidden].
     *
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel states(BertConfig config) {
        EncoderStates model = EncoderStates.of(config, LastLayer.FULL);
        Draft draft = new Draft(config, model.graph(), NarrowRows.EVERY_TOKEN);
        String states = draft.outputs.named(draft.translation.name(model.states()), "last_hidden_state");
        return draft.model(Map.of(), matrix(states, config.hiddenSize(), "batch", "sequence"));
    }

    /**
     * The encoder with its pooling: {@code sentence_embedding} [batch, hidden]. By [CLS], nothing else leaves the last attention.
     *
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel embedding(BertConfig config, SentenceSettings settings) {
        boolean first = settings.pooling() == SentenceSettings.Pooling.CLS;
        EncoderStates model = EncoderStates.of(config, first ? LastLayer.NARROWED : LastLayer.FULL);
        NarrowRows rows = first ? NarrowRows.FIRST_TOKEN : NarrowRows.EVERY_TOKEN;
        Draft draft = new Draft(config, model.graph(), rows);
        String embedding =
                draft.outputs.sentenceEmbedding(draft.translation.name(model.states()), settings, "sentence_embedding");
        return draft.model(Map.of(), matrix(embedding, config.hiddenSize(), "batch"));
    }

    /**
     * The encoder with a classifier of whole texts: {@code logits} [batch, labels].
     *
     * @param labels names of the columns
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel sequenceClassification(BertConfig config, List<String> labels) {
        SequenceClassification model = SequenceClassification.inference(config, labels.size());
        Draft draft = new Draft(
                config,
                model.graph(),
                NarrowRows.FIRST_TOKEN,
                TokenInputs.Kind.TEXTS,
                Map.of(model.logits(), "logits.rows"));
        String logits = draft.outputs.withoutRows(draft.translation.name(model.logits()), "logits");
        return draft.model(told(labels), matrix(logits, labels.size(), "batch"));
    }

    /**
     * The encoder with a classifier of tokens: {@code logits} [batch, sequence, labels].
     *
     * @param labels names of the columns
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel tokenClassification(BertConfig config, List<String> labels) {
        TokenClassification model = TokenClassification.of(config, labels.size(), HeadMode.inference(LastLayer.FULL));
        Draft draft = new Draft(config, model.graph(), NarrowRows.EVERY_TOKEN);
        String logits = draft.outputs.named(draft.translation.name(model.logits()), "logits");
        return draft.model(told(labels), matrix(logits, labels.size(), "batch", "sequence"));
    }

    /**
     * The encoder with a score of each choice: {@code logits} [batch, choices]. Its inputs are [batch, choices, sequence], as transformers' class has them.
     *
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel multipleChoice(BertConfig config) {
        SequenceClassification model = SequenceClassification.inference(config, 1);
        Draft draft = new Draft(
                config,
                model.graph(),
                NarrowRows.FIRST_TOKEN,
                TokenInputs.Kind.CHOICES,
                Map.of(model.logits(), "scores"));
        String logits = draft.outputs.oneEachChoice(draft.translation.name(model.logits()), "logits");
        return draft.model(Map.of(), new Value(logits, List.of("batch", "choices")));
    }

    /**
     * The encoder with the scores of answers that are a part of the text: {@code start_logits} and {@code end_logits} [batch, sequence], padding included.
     *
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel questionAnswering(BertConfig config) {
        QuestionAnswering model = QuestionAnswering.of(config, HeadMode.inference(LastLayer.FULL));
        Draft draft = new Draft(config, model.graph(), NarrowRows.EVERY_TOKEN);
        String scores = draft.translation.name(model.logits());
        return draft.model(
                Map.of(),
                new Value(draft.outputs.column(scores, 0, "start_logits"), List.of("batch", "sequence")),
                new Value(draft.outputs.column(scores, 1, "end_logits"), List.of("batch", "sequence")));
    }

    private static Value matrix(String name, int columns, String... rows) {
        return new Value(
                name,
                Stream.concat(Stream.of(rows), Stream.of(Integer.toString(columns)))
                        .toList());
    }

    private static Map<String, String> told(List<String> labels) {
        return Map.of("labels", String.join("\n", labels));
    }

    /** A graph's nodes, to which those of its outputs are added. */
    private static final class Draft {
        private final Nodes nodes = new Nodes();
        private final Graph graph;
        private final NarrowRows rows;
        private final TokenInputs inputs;
        private final OutputNodes outputs;
        private final GraphTranslation translation;
        private final String layout;

        Draft(BertConfig config, Graph graph, NarrowRows rows) {
            this(config, graph, rows, TokenInputs.Kind.TEXTS, Map.of());
        }

        Draft(BertConfig config, Graph graph, NarrowRows rows, TokenInputs.Kind kind, Map<Activation, String> renamed) {
            this.graph = graph;
            this.rows = rows;
            layout = config.layout().withoutBrackets().text();
            inputs = TokenInputs.in(nodes, kind);
            outputs = new OutputNodes(nodes, inputs);
            translation = new GraphTranslation(nodes, inputs, rows);
            renamed.forEach(translation::rename);
            translation.translate(graph);
        }

        OnnxModel model(Map<String, String> told, Value... results) {
            List<Value> taken = new ArrayList<>(inputs.values());
            if (rows == NarrowRows.POSITIONS) {
                taken.add(new Value("positions", List.of("batch", "places")));
            }
            SortedMap<String, String> metadata = new TreeMap<>(told);
            metadata.put("layout", layout);
            return new OnnxModel(graph.name(), metadata, nodes, taken, List.of(results));
        }
    }
}
