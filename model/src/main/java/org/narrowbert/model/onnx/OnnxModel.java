package org.narrowbert.model.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.files.DiskRoom;
import org.narrowbert.model.files.DurableFile;

/** A model as an ONNX file, as {@link OnnxExport} describes it: written weight by weight, so that no second copy of them is needed. */
public final class OnnxModel {
    private static final int OPERATOR_SET = 17;

    /** The format's version that came with the operator set. */
    private static final int IR_VERSION = 8;

    /** Protocol buffers end here. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    /** Protocol buffers' wire type of strings, bytes and messages. */
    private static final int LENGTH_DELIMITED = 2;

    private static final int CHUNK_BYTES = 1 << 20;

    private final List<String> outputs;
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

    /**
     * An input or an output.
     *
     * @param dimensions numbers, or names of those that are free
     */
    record Value(String name, List<String> dimensions) {}

    /**
     * A file of a graph.
     *
     * @param inputs integers
     * @param outputs float32
     * @throws RunError when it would not fit into one file of 2 GiB
     */
    OnnxModel(String name, SortedMap<String, String> metadata, Nodes nodes, List<Value> inputs, List<Value> outputs) {
        this.outputs = outputs.stream().map(Value::name).toList();
        head = Messages.model(IR_VERSION, OPERATOR_SET, metadata);
        graph = Messages.graph(
                name, nodes.nodes(), nodes.constants(), told(inputs, Messages.INT64), told(outputs, Messages.FLOAT));
        weights = nodes.parameters().stream()
                .map(weight -> new Weight(weight, Messages.tensorHead(weight.name(), Messages.FLOAT, weight.shape())))
                .toList();
        graphBytes = graph.length
                + weights.stream()
                        .mapToLong(weight -> fieldBytes(Messages.GRAPH_INITIALIZER, weight.messageBytes()))
                        .sum();
        if (bytes() > MOST_BYTES) {
            throw new RunError(
                    "the model would be an ONNX file of %.2f GB, but one holds 2.14 GB at most: choose a smaller model"
                            .formatted(bytes() / 1e9));
        }
    }

    private static List<byte[]> told(List<Value> values, int type) {
        return values.stream()
                .map(value -> Messages.value(value.name(), type, value.dimensions()))
                .toList();
    }

    /** Names of what it computes. */
    public List<String> outputs() {
        return outputs;
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
