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
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.files.DiskRoom;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.heads.MaskedLanguageModel;

/**
 * A model as an ONNX file: the encoder of any layout (brackets left out, as in all inference) and the masked language model's head, with its
 * decoder tied to the word embeddings. Weights have Hugging Face's names and shapes. Operators are those of ONNX itself, set 17; {@link
 * LogitRows} tells the inputs and the output {@code logits}, {@link PaddedBatch} makes the inputs of a batch.
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

    private OnnxModel(byte[] head, byte[] graph, List<Weight> weights) {
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
     * The encoder with the masked language model's head.
     *
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    public static OnnxModel maskedLanguageModel(BertConfig config, LogitRows rows) {
        // As others export it, every layer whole: that is what is compared with.
        MaskedLanguageModel model = MaskedLanguageModel.inference(config, LastLayer.FULL);
        Nodes nodes = new Nodes();
        new GraphTranslation(nodes, rows).translate(model.graph());
        List<byte[]> inputs = new ArrayList<>();
        for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
            inputs.add(Messages.value(input, Messages.INT64, List.of("batch", "sequence")));
        }
        String logitRows = switch (rows) {
            case EVERY_TOKEN -> "sequence";
            case POSITIONS -> {
                inputs.add(Messages.value("positions", Messages.INT64, List.of("batch", "places")));
                yield "places";
            }
        };
        List<String> shape = List.of("batch", logitRows, Integer.toString(config.vocabSize()));
        byte[] output = Messages.value(model.output().name(), Messages.FLOAT, shape);
        return new OnnxModel(
                Messages.model(
                        IR_VERSION,
                        OPERATOR_SET,
                        config.layout().withoutBrackets().text()),
                Messages.graph(model.graph().name(), nodes.nodes(), nodes.constants(), inputs, List.of(output)),
                nodes.parameters().stream()
                        .map(weight ->
                                new Weight(weight, Messages.tensorHead(weight.name(), Messages.FLOAT, weight.shape())))
                        .toList());
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
