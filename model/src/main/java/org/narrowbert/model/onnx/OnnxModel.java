package org.narrowbert.model.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.files.DiskRoom;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.heads.SequenceClassification;
import org.narrowbert.model.heads.TokenClassification;
import org.narrowbert.model.inference.SentenceSettings;

/**
 * A model as an ONNX file: the encoder of any layout (brackets left out, as in all inference) with one of the heads, a masked language model's decoder
 * tied to the word embeddings. Weights have Hugging Face's names and shapes. Operators are those of ONNX itself, set 17. Inputs are {@code input_ids},
 * {@code attention_mask} and {@code token_type_ids}, each int64 [batch, sequence]; {@link PaddedBatch} makes them.
 */
public final class OnnxModel {
    private static final int OPERATOR_SET = 17;

    /** The format's version that came with the operator set. */
    private static final int IR_VERSION = 8;

    /** Protocol buffers end here. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    /** Protocol buffers' wire type of strings, bytes and messages. */
    private static final int LENGTH_DELIMITED = 2;

    private static final int CHUNK_BYTES = 1 << 20;

    private final String output;
    private final byte[] head;
    private final byte[] graph;
    private final List<Weight> weights;
    private final long graphBytes;

    /** A parameter and the message that its values follow in. */
    private record Weight(Parameter parameter, byte[] head) {
        int dataBytes() {
            return Math.toIntExact(parameter.size() * Float.BYTES);
        }

        long messageBytes() {
            return head.length + fieldBytes(Messages.TENSOR_RAW_DATA, parameter.size() * Float.BYTES);
        }
    }

    private OnnxModel(String output, byte[] head, byte[] graph, List<Weight> weights) {
        this.output = output;
        this.head = head;
        this.graph = graph;
        this.weights = weights;
        this.graphBytes = graph.length
                + weights.stream()
                        .mapToLong(weight -> fieldBytes(Messages.GRAPH_INITIALIZER, weight.messageBytes()))
                        .sum();
        if (bytes() > MOST_BYTES) {
            throw new RunError(
                    "the model would be an ONNX file of %.2f GB, but one holds 2.14 GB at most: choose a smaller model"
                            .formatted(bytes() / 1e9));
        }
    }

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
        Export export = new Export(config, model.graph(), NarrowRows.of(rows), Map.of());
        String logits = export.outputs.named(export.translation.name(model.output()), "logits");
        return export.model(logits, "batch", logitRows, Integer.toString(config.vocabSize()));
    }

    /**
     * The encoder alone: {@code last_hidden_state} [batch, sequence, hidden].
     *
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel states(BertConfig config) {
        EncoderStates model = EncoderStates.of(config, LastLayer.FULL);
        Export export = new Export(config, model.graph(), NarrowRows.EVERY_TOKEN, Map.of());
        String states = export.outputs.named(export.translation.name(model.states()), "last_hidden_state");
        return export.model(states, "batch", "sequence", Integer.toString(config.hiddenSize()));
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
        Export export = new Export(config, model.graph(), rows, Map.of());
        String embedding = export.outputs.sentenceEmbedding(
                export.translation.name(model.states()), settings, "sentence_embedding");
        return export.model(embedding, "batch", Integer.toString(config.hiddenSize()));
    }

    /**
     * The encoder with a classifier of whole texts: {@code logits} [batch, labels].
     *
     * @param labels names of the columns
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel sequenceClassification(BertConfig config, List<String> labels) {
        SequenceClassification model = SequenceClassification.inference(config, labels.size());
        Export export = new Export(
                config, model.graph(), NarrowRows.FIRST_TOKEN, told(labels), Map.of(model.logits(), "logits.rows"));
        String logits = export.outputs.withoutRows(export.translation.name(model.logits()), "logits");
        return export.model(logits, "batch", Integer.toString(labels.size()));
    }

    /**
     * The encoder with a classifier of tokens: {@code logits} [batch, sequence, labels].
     *
     * @param labels names of the columns
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel tokenClassification(BertConfig config, List<String> labels) {
        TokenClassification model = TokenClassification.of(config, labels.size(), HeadMode.inference(LastLayer.FULL));
        Export export = new Export(config, model.graph(), NarrowRows.EVERY_TOKEN, told(labels));
        String logits = export.outputs.named(export.translation.name(model.logits()), "logits");
        return export.model(logits, "batch", "sequence", Integer.toString(labels.size()));
    }

    private static Map<String, String> told(List<String> labels) {
        return Map.of("labels", String.join("\n", labels));
    }

    /** A graph's nodes, to which those of an output are added. */
    private static final class Export {
        private final Nodes nodes = new Nodes();
        private final OutputNodes outputs = new OutputNodes(nodes);
        private final GraphTranslation translation;
        private final Graph graph;
        private final NarrowRows rows;
        private final SortedMap<String, String> metadata;

        Export(BertConfig config, Graph graph, NarrowRows rows, Map<String, String> told) {
            this(config, graph, rows, told, Map.of());
        }

        Export(
                BertConfig config,
                Graph graph,
                NarrowRows rows,
                Map<String, String> told,
                Map<Activation, String> renamed) {
            this.graph = graph;
            this.rows = rows;
            metadata = new TreeMap<>(told);
            metadata.put("layout", config.layout().withoutBrackets().text());
            translation = new GraphTranslation(nodes, rows);
            renamed.forEach(translation::rename);
            translation.translate(graph);
        }

        OnnxModel model(String output, String... shape) {
            List<byte[]> inputs = new ArrayList<>();
            for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
                inputs.add(Messages.value(input, Messages.INT64, List.of("batch", "sequence")));
            }
            if (rows == NarrowRows.POSITIONS) {
                inputs.add(Messages.value("positions", Messages.INT64, List.of("batch", "places")));
            }
            byte[] result = Messages.value(output, Messages.FLOAT, List.of(shape));
            return new OnnxModel(
                    output,
                    Messages.model(IR_VERSION, OPERATOR_SET, metadata),
                    Messages.graph(graph.name(), nodes.nodes(), nodes.constants(), inputs, List.of(result)),
                    nodes.parameters().stream()
                            .map(weight -> new Weight(
                                    weight, Messages.tensorHead(weight.name(), Messages.FLOAT, weight.shape())))
                            .toList());
        }
    }

    /** Name of what it computes. */
    public String output() {
        return output;
    }

    /** The parameters that its file holds. */
    public List<Parameter> parameters() {
        return weights.stream().map(Weight::parameter).toList();
    }

    /** Size of the file in bytes. */
    public long bytes() {
        return head.length + fieldBytes(Messages.MODEL_GRAPH, graphBytes);
    }

    /**
     * Writes the file, a piece at a time: beside its place, forced to disk, then renamed.
     *
     * @param parameters of the same configuration
     * @throws RunError when it cannot be written or the disk has too little room; what was there before is untouched
     */
    public void write(Path file, Parameters parameters) {
        DiskRoom.require(file, bytes());
        DurableFile.write(file, channel -> writeTo(channel, parameters));
    }

    private void writeTo(FileChannel channel, Parameters parameters) throws IOException {
        CodedOutputStream out = CodedOutputStream.newInstance(Channels.newOutputStream(channel), CHUNK_BYTES);
        out.writeRawBytes(head);
        begin(out, Messages.MODEL_GRAPH, graphBytes);
        out.writeRawBytes(graph);
        for (Weight weight : weights) {
            begin(out, Messages.GRAPH_INITIALIZER, weight.messageBytes());
            out.writeRawBytes(weight.head());
            begin(out, Messages.TENSOR_RAW_DATA, weight.dataBytes());
            writeValues(out, parameters.of(weight.parameter()));
        }
        out.flush();
    }

    /** Little-endian, row after row. */
    private static void writeValues(CodedOutputStream out, Matrix values) throws IOException {
        int rowsAtOnce = Math.max(1, CHUNK_BYTES / Float.BYTES / values.columns());
        for (int first = 0; first < values.rows(); first += rowsAtOnce) {
            float[] chunk = values.rows(first, Math.min(rowsAtOnce, values.rows() - first))
                    .toArray();
            ByteBuffer bytes = ByteBuffer.allocate(chunk.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(chunk);
            out.writeRawBytes(bytes);
        }
    }

    /** The tag and the length of a field that holds bytes or a message; these follow. */
    private static void begin(CodedOutputStream out, int field, long bytes) throws IOException {
        out.writeTag(field, LENGTH_DELIMITED);
        out.writeUInt32NoTag(Math.toIntExact(bytes));
    }

    private static long fieldBytes(int field, long bytes) {
        return CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt64SizeNoTag(bytes) + bytes;
    }
}
