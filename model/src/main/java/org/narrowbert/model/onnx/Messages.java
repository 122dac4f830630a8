package org.narrowbert.model.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The parts of {@code onnx.proto} that a graph of float32 weights needs, as bytes. Field numbers are those of the published file. */
final class Messages {
    /** {@code ModelProto.graph}. */
    static final int MODEL_GRAPH = 7;

    /** {@code GraphProto.initializer}. */
    static final int GRAPH_INITIALIZER = 5;

    /** {@code TensorProto.raw_data}. */
    static final int TENSOR_RAW_DATA = 9;

    /** {@code TensorProto.DataType.FLOAT}. */
    static final int FLOAT = 1;

    /** {@code TensorProto.DataType.BOOL}. */
    static final int BOOL = 9;

    /** {@code TensorProto.DataType.INT64}. */
    static final int INT64 = 7;

    private static final int ATTRIBUTE_FLOAT = 1;
    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;

    /** Writes a message's fields. */
    interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    /** A node's setting. */
    record Attribute(byte[] bytes) {
        static Attribute of(String name, float value) {
            return new Attribute(message(out -> {
                out.writeString(1, name);
                out.writeFloat(2, value);
                out.writeEnum(20, ATTRIBUTE_FLOAT);
            }));
        }

        static Attribute of(String name, long value) {
            return new Attribute(message(out -> {
                out.writeString(1, name);
                out.writeInt64(3, value);
                out.writeEnum(20, ATTRIBUTE_INT);
            }));
        }

        static Attribute ofList(String name, long... values) {
            return new Attribute(message(out -> {
                out.writeString(1, name);
                for (long value : values) {
                    out.writeInt64(8, value);
                }
                out.writeEnum(20, ATTRIBUTE_INTS);
            }));
        }
    }

    private Messages() {}

    /** {@code NodeProto}; it is named after its output. */
    static byte[] node(String operator, List<String> inputs, String output, List<Attribute> attributes) {
        return message(out -> {
            for (String input : inputs) {
                out.writeString(1, input);
            }
            out.writeString(2, output);
            out.writeString(3, output);
            out.writeString(4, operator);
            for (Attribute attribute : attributes) {
                out.writeByteArray(5, attribute.bytes());
            }
        });
    }

    /** {@code TensorProto} without its data, which may follow as {@link #TENSOR_RAW_DATA}. */
    static byte[] tensorHead(String name, int dataType, long... shape) {
        return message(out -> {
            for (long dimension : shape) {
                out.writeInt64(1, dimension);
            }
            out.writeInt32(2, dataType);
            out.writeString(8, name);
        });
    }

    /** A whole {@code TensorProto} of float32: a scalar. */
    static byte[] scalar(String name, float value) {
        byte[] head = tensorHead(name, FLOAT);
        return message(out -> {
            out.writeRawBytes(head);
            out.writeFloat(4, value);
        });
    }

    /** A whole {@code TensorProto} of 64-bit integers: a vector. */
    static byte[] integers(String name, long... values) {
        byte[] head = tensorHead(name, INT64, values.length);
        return message(out -> {
            out.writeRawBytes(head);
            for (long value : values) {
                out.writeInt64(7, value);
            }
        });
    }

    /**
     * {@code ValueInfoProto}: an input's or an output's type.
     *
     * @param shape numbers, or names of dimensions that each call chooses
     */
    static byte[] value(String name, int dataType, List<String> shape) {
        byte[] dimensions = message(out -> {
            for (String dimension : shape) {
                out.writeByteArray(1, message(inner -> {
                    if (Character.isDigit(dimension.charAt(0))) {
                        inner.writeInt64(1, Long.parseLong(dimension));
                    } else {
                        inner.writeString(2, dimension);
                    }
                }));
            }
        });
        byte[] tensor = message(out -> {
            out.writeEnum(1, dataType);
            out.writeByteArray(2, dimensions);
        });
        return message(out -> {
            out.writeString(1, name);
            out.writeByteArray(2, message(inner -> inner.writeByteArray(1, tensor)));
        });
    }

    /** {@code GraphProto} without weights. */
    static byte[] graph(
            String name, List<byte[]> nodes, List<byte[]> constants, List<byte[]> inputs, List<byte[]> outputs) {
        return message(out -> {
            for (byte[] node : nodes) {
                out.writeByteArray(1, node);
            }
            out.writeString(2, name);
            for (byte[] constant : constants) {
                out.writeByteArray(GRAPH_INITIALIZER, constant);
            }
            for (byte[] input : inputs) {
                out.writeByteArray(11, input);
            }
            for (byte[] output : outputs) {
                out.writeByteArray(12, output);
            }
        });
    }

    /**
     * {@code ModelProto} without its graph.
     *
     * @param irVersion of the format
     * @param operatorSet of ONNX's own operators
     * @param metadata for readers who know what it says
     */
    static byte[] model(int irVersion, int operatorSet, SortedMap<String, String> metadata) {
        return message(out -> {
            out.writeInt64(1, irVersion);
            out.writeString(2, "narrowbert");
            out.writeByteArray(8, message(inner -> {
                inner.writeString(1, "");
                inner.writeInt64(2, operatorSet);
            }));
            for (Map.Entry<String, String> entry : metadata.entrySet()) {
                out.writeByteArray(14, message(inner -> {
                    inner.writeString(1, entry.getKey());
                    inner.writeString(2, entry.getValue());
                }));
            }
        });
    }

    static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException error) {
            throw new AssertionError("writing to memory never fails", error);
        }
        return bytes.toByteArray();
    }
}
