package org.narrowbert.model.checkpoint.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.files.FileProblem;

/**
 * An open safetensors file: its whole header is checked on opening, its tensors are copied out one by one.
 *
 * <p>Values are read from the channel and never from a mapping: as fast when the file is in the page cache, a file that shrinks while it is
 * read is an error instead of the end of the process, and on systems that lock mapped files the file can be replaced.
 */
public final class SafeTensors implements WeightSource {
    /** The longest header in bytes, the format's own limit. */
    public static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;

    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final TensorBytes bytes;
    private final long dataStart;
    private final SafeTensorsHeader header;

    private SafeTensors(Path file, FileChannel channel, long dataStart, SafeTensorsHeader header) {
        this.file = file;
        this.bytes = new TensorBytes(file, channel);
        this.dataStart = dataStart;
        this.header = header;
    }

    /**
     * Opens a file and checks its header and size.
     *
     * @throws RunError naming the file and what is wrong with it
     */
    public static SafeTensors open(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return open(file, channel);
            } catch (IOException | RuntimeException error) {
                channel.close();
                throw error;
            }
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    private static SafeTensors open(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < LENGTH_BYTES) {
            throw new RunError(
                    file + " is no safetensors file: it has " + size + " bytes, too few for the length of a header");
        }
        ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + 1);
        for (int at = 0; start.hasRemaining() && at >= 0; ) {
            at = channel.read(start, start.position());
        }
        MemorySegment bytes = MemorySegment.ofBuffer(start.flip());
        long length = bytes.get(LENGTH, 0);
        long most = Math.min(MAX_HEADER_BYTES, size - LENGTH_BYTES);
        if (length < 0 || length > most) {
            throw new RunError(file + " is no safetensors file, or is cut off: it gives its header "
                    + Long.toUnsignedString(length) + " bytes, at most " + most + " are possible");
        }
        if (length == 0 || bytes.get(ValueLayout.JAVA_BYTE, LENGTH_BYTES) != '{') {
            throw new RunError(file + " is no safetensors file: its header does not begin with '{'");
        }
        InputStream json = new ChannelRange(channel, LENGTH_BYTES, length);
        long dataStart = LENGTH_BYTES + length;
        return new SafeTensors(
                file, channel, dataStart, SafeTensorsHeader.read(file.toString(), json, size - dataStart));
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public SortedSet<String> names() {
        return new TreeSet<>(header.tensors().keySet());
    }

    /** The {@code __metadata__} entry; empty when there is none. */
    public SortedMap<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public Optional<TensorInfo> find(String name) {
        return Optional.ofNullable(header.tensors().get(name));
    }

    /**
     * Copies a tensor's values, widened or rounded to float32.
     *
     * @param target float32 values in native order, as many bytes as the tensor's elements take
     * @throws RunError when there is no such tensor, its type is none of F32, F16, BF16 and F64, or it cannot be read
     */
    public void readFloats(String name, MemorySegment target) {
        TensorInfo tensor = tensor(name);
        if (target.byteSize() != tensor.elements() * Float.BYTES) {
            throw new IllegalArgumentException("tensor " + name + " has " + tensor.elements() + " elements, the target "
                    + target.byteSize() + " bytes");
        }
        readFloats(tensor, 0, target);
    }

    @Override
    public void readFloats(String name, Matrix target) {
        TensorInfo tensor = tensor(name);
        if (target.size() != tensor.elements()) {
            throw new IllegalArgumentException(
                    "tensor " + name + " is " + tensor.shape() + ", the target " + target.shape());
        }
        bytes.readFloats(tensor, place(tensor), target);
    }

    /**
     * Copies a tensor that {@link SafeTensorsWriter#exactly} wrote from a matrix of the same element type: every bit comes back.
     *
     * @throws RunError when there is no such tensor, it has another number of elements or type, or it cannot be read
     */
    public void readExactly(String name, Matrix target) {
        TensorInfo tensor = tensor(name);
        Dtype expected = switch (target.buffer().elementType()) {
            case FLOAT32 -> Dtype.F32;
            case FLOAT64 -> Dtype.F64;
        };
        if (tensor.dtype() != expected || tensor.elements() != target.size()) {
            throw new RunError(file + ": tensor " + name + " is " + tensor.dtype() + " " + tensor.shape()
                    + ", expected " + expected + " " + target.shape());
        }
        if (expected == Dtype.F32) {
            readFloats(name, target);
            return;
        }
        bytes.inChunks(place(tensor), tensor.dtype().bytes(), tensor.elements(), (first, staged, count) -> {
            for (int index = 0; index < count; index++) {
                long element = first + index;
                target.set(
                        (int) (element / target.columns()),
                        (int) (element % target.columns()),
                        staged.get(DOUBLE, (long) index * Double.BYTES));
            }
        });
    }

    /** The values of a tensor that is small enough for an array, as {@link #readFloats(String, MemorySegment)}. */
    public float[] readFloats(String name) {
        float[] values = new float[arrayLength(tensor(name))];
        readFloats(name, MemorySegment.ofArray(values));
        return values;
    }

    /**
     * The values of a tensor of I32, or of I64 whose values all fit.
     *
     * @throws RunError when there is no such tensor, it is of another type, a value does not fit 32 bits, or it cannot be read
     */
    public int[] readInts(String name) {
        TensorInfo tensor = tensor(name);
        if (tensor.dtype() != Dtype.I32 && tensor.dtype() != Dtype.I64) {
            throw new RunError(file + ": tensor " + name + " has dtype " + tensor.dtype() + ", expected I32 or I64");
        }
        int[] values = new int[arrayLength(tensor)];
        int width = tensor.dtype().bytes();
        bytes.inChunks(place(tensor), width, values.length, (first, staged, count) -> {
            for (int index = 0; index < count; index++) {
                long at = (long) index * width;
                long value = width == Integer.BYTES ? staged.get(INT, at) : staged.get(LONG, at);
                if (value != (int) value) {
                    throw new RunError(file + ": tensor " + name + " holds " + value + ", which does not fit 32 bits");
                }
                values[(int) first + index] = (int) value;
            }
        });
        return values;
    }

    @Override
    public void close() {
        bytes.close();
    }

    private void readFloats(TensorInfo tensor, long first, MemorySegment target) {
        bytes.readFloats(tensor, place(tensor) + first * tensor.dtype().bytes(), target);
    }

    private long place(TensorInfo tensor) {
        return dataStart + tensor.begin();
    }

    private int arrayLength(TensorInfo tensor) {
        if (tensor.elements() > Integer.MAX_VALUE - 8) {
            throw new RunError(file + ": tensor " + tensor.name() + " has " + tensor.elements()
                    + " elements, too many for this use");
        }
        return (int) tensor.elements();
    }
}
