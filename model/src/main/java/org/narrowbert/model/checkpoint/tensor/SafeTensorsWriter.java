package org.narrowbert.model.checkpoint.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.files.DiskRoom;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/**
 * Collects tensors and writes them as one safetensors file, in alphabetical order. Values are looked at when the file is written, not
 * before, and stream to the disk without a copy of the whole.
 */
public final class SafeTensorsWriter {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SortedMap<String, Tensor> tensors = new TreeMap<>();
    private final SortedMap<String, String> metadata = new TreeMap<>(Map.of("format", "pt"));

    /** Writes a tensor's data. */
    @FunctionalInterface
    private interface Data {
        void writeTo(FileChannel channel) throws IOException;
    }

    private record Tensor(Dtype dtype, long[] shape, Data data) {
        long bytes() {
            return Arrays.stream(shape).reduce(1, Math::multiplyExact) * dtype.bytes();
        }
    }

    /**
     * Adds a matrix as F32.
     *
     * @param shape the tensor's dimensions: [rows, columns], or [columns] for a vector that is one row
     */
    public SafeTensorsWriter floats(String name, Matrix values, long... shape) {
        Tensor tensor = new Tensor(Dtype.F32, shape.clone(), channel -> write(channel, values));
        if (tensor.bytes() != values.size() * Float.BYTES) {
            throw new IllegalArgumentException("tensor " + name + " of shape " + Arrays.toString(shape)
                    + " cannot be the matrix " + values.shape());
        }
        return add(name, tensor);
    }

    /** Adds a matrix in its own precision, F32 or F64, so that reading it back gives the same bits; the shape as {@link #floats}. */
    public SafeTensorsWriter exactly(String name, Matrix values, long... shape) {
        return switch (values.buffer().elementType()) {
            case FLOAT32 -> floats(name, values, shape);
            case FLOAT64 -> add(name, new Tensor(Dtype.F64, shape.clone(), channel -> writeDoubles(channel, values)));
        };
    }

    /** Adds a vector as F32. */
    public SafeTensorsWriter floats(String name, float[] values) {
        return add(name, new Tensor(Dtype.F32, new long[] {values.length}, channel -> {
            ByteBuffer bytes = littleEndian(values.length);
            bytes.asFloatBuffer().put(values);
            DurableFile.writeFully(channel, bytes);
        }));
    }

    /** Adds a vector as I32. */
    public SafeTensorsWriter ints(String name, int[] values) {
        return add(name, new Tensor(Dtype.I32, new long[] {values.length}, channel -> {
            ByteBuffer bytes = littleEndian(values.length);
            bytes.asIntBuffer().put(values);
            DurableFile.writeFully(channel, bytes);
        }));
    }

    /** Adds an entry to {@code __metadata__}, beside {@code format: pt} which is always there. */
    public SafeTensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /**
     * Writes the file: beside its place, forced to disk, then renamed.
     *
     * @throws RunError when it cannot be written or the disk has too little room; what was there before is untouched
     */
    public void write(Path file) {
        ByteBuffer header = header();
        long bytes = header.remaining()
                + tensors.values().stream().mapToLong(Tensor::bytes).sum();
        DiskRoom.require(file, bytes);
        DurableFile.write(file, channel -> {
            DurableFile.writeFully(channel, header);
            for (Tensor tensor : tensors.values()) {
                tensor.data.writeTo(channel);
            }
        });
    }

    private SafeTensorsWriter add(String name, Tensor tensor) {
        if (tensors.putIfAbsent(name, tensor) != null) {
            throw new IllegalArgumentException("two tensors are named " + name);
        }
        return this;
    }

    /** The header's length and the header, padded with spaces so that the data begins at a multiple of 8 bytes. */
    private ByteBuffer header() {
        ObjectNode json = StrictJson.object();
        ObjectNode words = json.putObject("__metadata__");
        metadata.forEach(words::put);
        long at = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ObjectNode info = json.putObject(entry.getKey());
            info.put("dtype", tensor.dtype.name());
            for (var dimensions = info.putArray("shape"); dimensions.size() < tensor.shape.length; ) {
                dimensions.add(tensor.shape[dimensions.size()]);
            }
            info.putArray("data_offsets").add(at).add(at + tensor.bytes());
            at += tensor.bytes();
        }
        byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (text.length + 7) / 8 * 8;
        ByteBuffer header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(text);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static void write(FileChannel channel, Matrix values) throws IOException {
        boolean asStored = values.buffer().elementType() == ElementType.FLOAT32
                && values.stride() == values.columns()
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        if (asStored) {
            write(
                    channel,
                    values.buffer().segment().asSlice(values.offset() * Float.BYTES, values.size() * Float.BYTES));
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment row = arena.allocate((long) values.columns() * Float.BYTES, Float.BYTES);
            for (int index = 0; index < values.rows(); index++) {
                values.rows(index, 1).copyTo(row);
                for (long i = 0; i < values.columns(); i++) {
                    row.setAtIndex(FLOAT, i, row.getAtIndex(ValueLayout.JAVA_FLOAT, i));
                }
                write(channel, row);
            }
        }
    }

    private static void writeDoubles(FileChannel channel, Matrix values) throws IOException {
        ByteBuffer row = ByteBuffer.allocate(values.columns() * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int index = 0; index < values.rows(); index++) {
            row.clear();
            for (int column = 0; column < values.columns(); column++) {
                row.putDouble(values.get(index, column));
            }
            DurableFile.writeFully(channel, row.flip());
        }
    }

    private static void write(FileChannel channel, MemorySegment bytes) throws IOException {
        for (long done = 0; done < bytes.byteSize(); ) {
            long length = Math.min(bytes.byteSize() - done, 1L << 30);
            DurableFile.writeFully(channel, bytes.asSlice(done, length).asByteBuffer());
            done += length;
        }
    }

    private static ByteBuffer littleEndian(int elements) {
        return ByteBuffer.allocate(Math.multiplyExact(elements, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
