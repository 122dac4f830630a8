package org.narrowbert.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.onnx.Messages.Attribute;

/**
 * A BERT encoder's graph as PyTorch's exporters write it, in several styles: matrices turned and without names, LayerNorm as arithmetic, shapes put together
 * of what is computed and of constants.
 */
public final class TorchExport {
    /** {@code TensorProto.DataType}: float32, float16, bfloat16, double. */
    public static final List<Integer> DATA_TYPES = List.of(1, 10, 16, 11);

    /**
     * How a file is written.
     *
     * @param named whether weights have names, but for dense layers' matrices
     * @param biasFirst whether a bias is the first operand of its sum
     * @param gemm dense layers as Gemm, with the matrix as Hugging Face has it
     * @param normNode LayerNorm as one node
     * @param dataType of the weights
     */
    public record Style(boolean named, boolean biasFirst, boolean gemm, boolean normNode, int dataType) {
        /** As PyTorch 2 writes operator set 11. */
        public static final Style USUAL = new Style(true, true, false, false, 1);

        /** The same without any names. */
        public Style anonymous() {
            return new Style(false, biasFirst, gemm, normNode, dataType);
        }
    }

    private final BertConfig config;
    private final Parameters parameters;
    private final Style style;
    private final Nodes nodes = new Nodes();
    private final List<byte[]> weights = new ArrayList<>();

    private TorchExport(BertConfig config, Parameters parameters, Style style) {
        this.config = config;
        this.parameters = parameters;
        this.style = style;
    }

    /** A file of an encoder of full layers; {@code more} nodes follow its own. */
    public static byte[] bytes(BertConfig config, Parameters parameters, Style style, byte[]... more) {
        return new TorchExport(config, parameters, style).file(List.of(more));
    }

    /** A node to add. */
    public static byte[] node(String operator, String input, String output) {
        return Messages.node(operator, List.of(input), output, List.of());
    }

    private byte[] file(List<byte[]> more) {
        String state = embeddings();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            state = layer("encoder.layer." + layer, state);
        }
        nodes.add("last_hidden_state", "Identity", List.of(state));
        List<byte[]> all = new ArrayList<>(nodes.nodes());
        all.addAll(more);
        weights.addAll(nodes.constants());
        List<byte[]> inputs = new ArrayList<>();
        for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
            inputs.add(Messages.value(input, Messages.INT64, List.of("batch", "sequence")));
        }
        byte[] output = Messages.value("last_hidden_state", Messages.FLOAT, List.of("batch", "sequence", "hidden"));
        byte[] graph = Messages.graph("torch_jit", all, weights, inputs, List.of(output));
        return Messages.message(out -> {
            out.writeRawBytes(Messages.model(6, 11, new TreeMap<>()));
            out.writeByteArray(Messages.MODEL_GRAPH, graph);
        });
    }

    private String embeddings() {
        nodes.add("word", "Gather", weight("embeddings.word_embeddings.weight", true, false), "input_ids");
        nodes.add("type", "Gather", weight("embeddings.token_type_embeddings.weight", true, false), "token_type_ids");
        nodes.add("ids.shape", "Shape", List.of("input_ids"));
        nodes.add("positions.all", "Identity", List.of(nodes.integers("position_ids", 0, 1, 2, 3)));
        nodes.add("positions", "Slice", "positions.all", "ids.shape");
        nodes.add("place", "Gather", weight("embeddings.position_embeddings.weight", true, false), "positions");
        nodes.add("sum.1", "Add", "word", "type");
        nodes.add("sum.2", "Add", "sum.1", "place");
        return norm("embeddings.LayerNorm", "sum.2");
    }

    private String layer(String name, String input) {
        String self = name + ".attention.self.";
        String key = heads(dense(self + "key", input), 0, 2, 3, 1);
        String value = heads(dense(self + "value", input), 0, 2, 1, 3);
        String query = heads(dense(self + "query", input), 0, 2, 1, 3);
        nodes.add(name + "/products", "MatMul", query, key);
        nodes.add(name + "/scores", "Div", name + "/products", nodes.scalar("scale", 2));
        nodes.add(name + "/masked", "Add", name + "/scores", "attention_mask");
        nodes.add(name + "/probabilities", "Softmax", List.of(name + "/masked"), Attribute.of("axis", 3));
        nodes.add(name + "/context", "MatMul", name + "/probabilities", value);
        nodes.add(name + "/turned", "Transpose", List.of(name + "/context"), Attribute.ofList("perm", 0, 2, 1, 3));
        nodes.add(name + "/joined", "Reshape", name + "/turned", nodes.integers("join", 0, 0, config.hiddenSize()));
        String output = dense(name + ".attention.output.dense", name + "/joined");
        nodes.add(name + "/sum.1", "Add", output, input);
        String attended = norm(name + ".attention.output.LayerNorm", name + "/sum.1");
        String inner = dense(name + ".intermediate.dense", attended);
        nodes.add(inner + "/scaled", "Div", inner, nodes.scalar("sqrt2", Math.sqrt(2)));
        nodes.add(inner + "/erf", "Erf", List.of(inner + "/scaled"));
        nodes.add(inner + "/erf1", "Add", inner + "/erf", nodes.scalar("one", 1));
        nodes.add(inner + "/twice", "Mul", inner, inner + "/erf1");
        nodes.add(inner + "/gelu", "Mul", inner + "/twice", nodes.scalar("half", 0.5));
        String outer = dense(name + ".output.dense", inner + "/gelu");
        nodes.add(name + "/sum.2", "Add", outer, attended);
        return norm(name + ".output.LayerNorm", name + "/sum.2");
    }

    private String dense(String name, String input) {
        String output = name + "/output";
        String bias = weight(name + ".bias", true, false);
        if (style.gemm) {
            return nodes.add(
                    output,
                    "Gemm",
                    List.of(input, weight(name + ".weight", false, false), bias),
                    Attribute.of("transB", 1));
        }
        String product = nodes.add(name + "/product", "MatMul", input, weight(name + ".weight", false, true));
        return style.biasFirst ? nodes.add(output, "Add", bias, product) : nodes.add(output, "Add", product, bias);
    }

    /** The shape is put together: batch and sequence are computed. */
    private String heads(String value, long... order) {
        int heads = config.numAttentionHeads();
        String shape = value + "/shape";
        nodes.add(shape + ".all", "Shape", List.of(value));
        nodes.add(shape + ".batch", "Gather", shape + ".all", nodes.scalar("first", 0));
        nodes.add(
                shape,
                "Concat",
                List.of(
                        shape + ".batch",
                        shape + ".batch",
                        nodes.integers("heads", heads),
                        nodes.integers("head.size", config.hiddenSize() / heads)),
                Attribute.of("axis", 0));
        nodes.add(value + "/split", "Reshape", value, shape);
        return nodes.add(value + "/heads", "Transpose", List.of(value + "/split"), Attribute.ofList("perm", order));
    }

    private String norm(String name, String input) {
        String scale = weight(name + ".weight", true, false);
        String shift = weight(name + ".bias", true, false);
        float epsilon = (float) config.layerNormEps();
        if (style.normNode) {
            return nodes.add(
                    name,
                    "LayerNormalization",
                    List.of(input, scale, shift),
                    Attribute.of("axis", -1),
                    Attribute.of("epsilon", epsilon));
        }
        nodes.add(name + "/mean", "ReduceMean", List.of(input), Attribute.ofList("axes", -1));
        nodes.add(name + "/centred", "Sub", input, name + "/mean");
        nodes.add(name + "/squares", "Pow", name + "/centred", nodes.scalar("two", 2));
        nodes.add(name + "/variance", "ReduceMean", List.of(name + "/squares"), Attribute.ofList("axes", -1));
        nodes.add(name + "/sum", "Add", name + "/variance", nodes.scalar("epsilon", epsilon));
        nodes.add(name + "/root", "Sqrt", List.of(name + "/sum"));
        nodes.add(name + "/ratio", "Div", name + "/centred", name + "/root");
        nodes.add(name + "/scaled", "Mul", name + "/ratio", scale);
        return nodes.add(name, "Add", name + "/scaled", shift);
    }

    /** A weight's initializer; its name is Hugging Face's or a number. */
    private String weight(String name, boolean keepsName, boolean turned) {
        Parameter parameter = parameters.list().stream()
                .filter(one -> one.name().equals("bert." + name))
                .findFirst()
                .orElseThrow();
        String stored = style.named && keepsName ? name : "onnx::" + weights.size();
        float[] values = parameters.of(parameter).toArray();
        long[] shape = parameter.shape();
        if (turned) {
            values = turned(values, parameter.rows(), parameter.columns());
            shape = new long[] {parameter.columns(), parameter.rows()};
        }
        byte[] head = Messages.tensorHead(stored, style.dataType, shape);
        byte[] data = coded(values);
        weights.add(Messages.message(out -> {
            out.writeRawBytes(head);
            out.writeByteArray(Messages.TENSOR_RAW_DATA, data);
        }));
        return stored;
    }

    private static float[] turned(float[] values, int rows, int columns) {
        float[] turned = new float[values.length];
        for (int index = 0; index < values.length; index++) {
            turned[index % columns * rows + index / columns] = values[index];
        }
        return turned;
    }

    private byte[] coded(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (style.dataType) {
                case 10 -> bytes.putShort(Float.floatToFloat16(value));
                case 16 -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
                case 11 -> bytes.putDouble(value);
                default -> bytes.putFloat(value);
            }
        }
        byte[] all = new byte[bytes.position()];
        bytes.flip().get(all);
        return all;
    }
}
