package org.narrowbert.model.onnx.reading.graph;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.narrowbert.model.onnx.reading.graph.GraphNode.Attribute;
import org.narrowbert.model.onnx.reading.graph.StoredTensor.Coding;

/** Reads the messages of {@code onnx.proto} that a BERT's graph is made of. Field numbers are those of the published file. */
final class GraphParser {
    /** Tags: field number * 8 + wire type, which is 0 for integers, 1 for 8 bytes, 2 for what has a length, 5 for 4 bytes. */
    private static final int INTEGER = 0;

    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH = 2;
    private static final int FOUR_BYTES = 5;

    private static final int EXTERNAL = 1;

    private final FieldReader in;
    private final Path file;
    private final List<GraphNode> nodes = new ArrayList<>();
    private final Map<String, StoredTensor> initializers = new LinkedHashMap<>();
    private final List<String> inputs = new ArrayList<>();
    private final Map<String, String> metadata = new HashMap<>();
    private boolean hasGraph;

    GraphParser(FieldReader in, Path file) {
        this.in = in;
        this.file = file;
    }

    private static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }

    /** Reads a whole {@code ModelProto}. */
    OnnxGraph model() throws IOException {
        in.fields(tag -> {
            switch (tag) {
                case 7 << 3 | LENGTH -> {
                    hasGraph = true;
                    in.message(this::graph);
                }
                case 14 << 3 | LENGTH -> metadataEntry();
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new OnnxGraph(file, hasGraph, nodes, initializers, inputs, metadata);
    }

    private void metadataEntry() throws IOException {
        String[] entry = {"", ""};
        in.message(tag -> {
            int field = tag >> 3;
            if (tag != tag(field, LENGTH) || field > 2) {
                return false;
            }
            entry[field - 1] = in.textOrNothing();
            return true;
        });
        metadata.put(entry[0], entry[1]);
    }

    private boolean graph(int tag) throws IOException {
        switch (tag) {
            case 1 << 3 | LENGTH -> nodes.add(node());
            case 5 << 3 | LENGTH -> {
                StoredTensor tensor = tensor();
                if (initializers.put(tensor.name(), tensor) != null) {
                    throw new InvalidProtocolBufferException("two tensors have the name '" + tensor.name() + "'");
                }
            }
            case 11 << 3 | LENGTH -> {
                in.message(field -> {
                    if (field != tag(1, LENGTH)) {
                        return false;
                    }
                    inputs.add(in.text());
                    return true;
                });
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private GraphNode node() throws IOException {
        List<String> from = new ArrayList<>();
        List<String> to = new ArrayList<>();
        String[] names = {"", ""};
        Map<String, Attribute> attributes = new HashMap<>();
        in.message(tag -> {
            switch (tag) {
                case 1 << 3 | LENGTH -> from.add(in.text());
                case 2 << 3 | LENGTH -> to.add(in.text());
                case 4 << 3 | LENGTH -> names[0] = in.text();
                case 7 << 3 | LENGTH -> names[1] = in.text();
                case 5 << 3 | LENGTH -> attribute(attributes);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new GraphNode(names[0], "ai.onnx".equals(names[1]) ? "" : names[1], from, to, attributes);
    }

    private void attribute(Map<String, Attribute> attributes) throws IOException {
        String[] name = {""};
        List<Attribute> found = new ArrayList<>();
        List<Long> integers = new ArrayList<>();
        in.message(tag -> {
            switch (tag) {
                case 1 << 3 | LENGTH -> name[0] = in.text();
                case 2 << 3 | FOUR_BYTES -> found.add(new Attribute.Real(in.real()));
                case 3 << 3 | INTEGER, 8 << 3 | INTEGER -> {
                    in.keep(Long.BYTES);
                    integers.add(in.integer());
                }
                case 8 << 3 | LENGTH -> integers.addAll(in.integers());
                case 4 << 3 | LENGTH -> found.add(new Attribute.Text(in.textOrNothing()));
                case 5 << 3 | LENGTH -> found.add(new Attribute.Tensor(tensor()));
                default -> {
                    return false;
                }
            }
            return true;
        });
        attributes.put(name[0], found.isEmpty() ? new Attribute.Integers(integers) : found.getFirst());
    }

    private StoredTensor tensor() throws IOException {
        TensorFields fields = new TensorFields();
        in.message(fields::take);
        return fields.tensor();
    }

    /** A {@code TensorProto} while it is read. */
    private final class TensorFields {
        private final List<Long> shape = new ArrayList<>();
        private final List<Double> oneByOne = new ArrayList<>();
        private final Map<String, String> elsewhere = new HashMap<>();
        private FieldReader.Range range = new FieldReader.Range(0, 0, Coding.ELEMENTS);
        private String name = "";
        private long dataType;
        private long location;

        boolean take(int tag) throws IOException {
            switch (tag) {
                case 1 << 3 | INTEGER -> {
                    in.keep(Long.BYTES);
                    shape.add(in.integer());
                }
                case 1 << 3 | LENGTH -> shape.addAll(in.integers());
                case 2 << 3 | INTEGER -> dataType = in.integer();
                case 4 << 3 | LENGTH, 9 << 3 | LENGTH, 10 << 3 | LENGTH -> values(Coding.ELEMENTS);
                case 5 << 3 | LENGTH, 7 << 3 | LENGTH -> values(Coding.VARIABLE_LENGTH);
                case 4 << 3 | FOUR_BYTES -> add(in.real());
                case 5 << 3 | INTEGER, 7 << 3 | INTEGER -> add(in.integer());
                case 10 << 3 | EIGHT_BYTES -> add(in.number());
                case 8 << 3 | LENGTH -> name = in.text();
                case 13 << 3 | LENGTH -> external();
                case 14 << 3 | INTEGER -> location = in.integer();
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void add(double value) throws IOException {
            in.keep(Long.BYTES);
            oneByOne.add(value);
        }

        private void values(Coding coding) throws IOException {
            FieldReader.Range found = in.values(coding);
            range = found.bytes() > 0 ? found : range;
        }

        private void external() throws IOException {
            String[] entry = {"", ""};
            in.message(tag -> {
                int field = tag >> 3;
                if (tag != tag(field, LENGTH) || field > 2) {
                    return false;
                }
                entry[field - 1] = in.text();
                return true;
            });
            elsewhere.put(entry[0], entry[1]);
        }

        StoredTensor tensor() {
            int type = dataType < 0 || dataType > Integer.MAX_VALUE ? 0 : (int) dataType;
            Coding coding = oneByOne.isEmpty() ? range.coding() : Coding.ONE_BY_ONE;
            StoredTensor.Data data = location == EXTERNAL
                    ? ExternalData.place(file, name, elsewhere)
                    : new StoredTensor.Data(file, range.offset(), range.bytes(), coding, oneByOne);
            return new StoredTensor(name, type, shape, data);
        }
    }
}
