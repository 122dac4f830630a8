package org.narrowbert.model.onnx.reading.graph;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.files.FileProblem;

/** Reads tensors' values, some at a time: float32, float16, bfloat16 and double as float32; int64 and int32. Files are opened as they are needed. */
public final class TensorValues {
    private static final int FLOAT = 1;
    private static final int INT32 = 6;
    private static final int INT64 = 7;
    private static final int FLOAT16 = 10;
    private static final int DOUBLE = 11;
    private static final int BFLOAT16 = 16;

    private static final int CHUNK_BYTES = 1 << 20;

    private TensorValues() {}

    /** Takes a value by its place, row after row. */
    @FunctionalInterface
    private interface Target {
        void set(long index, double value);
    }

    /** Whether a tensor's elements are numbers that a weight can be made of. */
    public static boolean isFloating(StoredTensor tensor) {
        return switch (tensor.dataType()) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> true;
            default -> false;
        };
    }

    /** Whether its elements are whole numbers of a type that is read. */
    public static boolean isInteger(StoredTensor tensor) {
        return tensor.dataType() == INT64 || tensor.dataType() == INT32;
    }

    /**
     * A weight's values.
     *
     * @param exchanged whether the tensor has the matrix's columns as rows
     * @param target [rows, columns]; the tensor has as many elements
     */
    public static void read(StoredTensor tensor, boolean exchanged, Matrix target) {
        int rows = target.rows();
        int columns = target.columns();
        if (tensor.elements() != target.size()) {
            throw new IllegalArgumentException(tensor + " is not " + target.shape());
        }
        read(tensor, (index, value) -> {
            if (exchanged) {
                target.set((int) (index % rows), (int) (index / rows), value);
            } else {
                target.set((int) (index / columns), (int) (index % columns), value);
            }
        });
    }

    /**
     * Whether two matrices of a file are equal, the second perhaps with rows and columns exchanged.
     *
     * @throws RunError when the file has more or fewer values than they claim
     */
    public static boolean areEqual(StoredTensor first, StoredTensor second, boolean exchanged) {
        List<Long> shape = exchanged ? second.shape().reversed() : second.shape();
        if (!shape.equals(first.shape()) || first.rank() != 2 || first.elements() > Integer.MAX_VALUE) {
            return false;
        }
        check(first);
        check(second);
        int columns = (int) first.dimension(1);
        int rows = (int) first.dimension(0);
        float[] values = new float[rows * columns];
        read(first, (index, value) -> values[(int) index] = (float) value);
        boolean[] equal = {true};
        read(second, (index, value) -> {
            long place = exchanged ? index % rows * columns + index / rows : index;
            equal[0] &= values[(int) place] == (float) value;
        });
        return equal[0];
    }

    /**
     * Makes sure that a weight's values are there, before memory is taken for them.
     *
     * @throws RunError when there are more or fewer
     */
    public static void check(StoredTensor tensor) {
        StoredTensor.Data data = tensor.data();
        long count = tensor.elements();
        int size = size(tensor);
        boolean fits = switch (data.coding()) {
            case ELEMENTS -> count >= 0 && count <= Long.MAX_VALUE / size && stored(tensor) == count * size;
            case VARIABLE_LENGTH -> count >= 0 && count <= data.bytes();
            case ONE_BY_ONE -> count == data.values().size();
        };
        if (!fits) {
            throw wrongLength(tensor, stored(tensor));
        }
    }

    /** Bytes of values; those of a file that does not say how many end where it does. */
    private static long stored(StoredTensor tensor) {
        StoredTensor.Data data = tensor.data();
        try {
            return data.bytes() < 0 ? Files.size(data.file()) - data.offset() : data.bytes();
        } catch (IOException error) {
            throw FileProblem.reading(data.file(), error);
        }
    }

    /** All elements of a small tensor. */
    public static double[] readSmall(StoredTensor tensor) {
        double[] values = new double[Math.toIntExact(Math.max(0, tensor.elements()))];
        read(tensor, (index, value) -> values[(int) index] = value);
        return values;
    }

    private static void read(StoredTensor tensor, Target target) {
        StoredTensor.Data data = tensor.data();
        if (data.coding() == StoredTensor.Coding.ONE_BY_ONE) {
            oneByOne(tensor, target);
            return;
        }
        try (FileChannel channel = FileChannel.open(data.file(), StandardOpenOption.READ)) {
            switch (data.coding()) {
                case ELEMENTS -> elements(tensor, channel, target);
                case VARIABLE_LENGTH -> variableLength(tensor, channel, target);
                case ONE_BY_ONE -> {}
            }
        } catch (IOException error) {
            throw FileProblem.reading(data.file(), error);
        }
    }

    private static void oneByOne(StoredTensor tensor, Target target) {
        List<Double> values = tensor.data().values();
        size(tensor);
        if (values.size() != tensor.elements()) {
            throw wrongLength(tensor, values.size() * (long) size(tensor));
        }
        for (int index = 0; index < values.size(); index++) {
            double value = values.get(index);
            target.set(
                    index,
                    switch (tensor.dataType()) {
                        case FLOAT16 -> Float.float16ToFloat((short) value);
                        case BFLOAT16 -> Float.intBitsToFloat((int) value << 16);
                        default -> value;
                    });
        }
    }

    private static void elements(StoredTensor tensor, FileChannel channel, Target target) throws IOException {
        int size = size(tensor);
        StoredTensor.Data data = tensor.data();
        check(tensor);
        if (data.offset() < 0) {
            throw new RunError(
                    data.file() + ": the values of '" + tensor.name() + "' are said to be before its beginning");
        }
        long stored = stored(tensor);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long done = 0; done < stored; ) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, stored - done));
            fill(channel, data.offset() + done, chunk, data.file());
            for (int at = 0; at < chunk.limit(); at += size) {
                target.set((done + at) / size, element(tensor, chunk, at));
            }
            done += chunk.limit();
        }
    }

    private static void fill(FileChannel channel, long position, ByteBuffer chunk, Path file) throws IOException {
        while (chunk.hasRemaining()) {
            if (channel.read(chunk, position + chunk.position()) < 0) {
                throw new RunError(file + " ends before the values that it should hold: it is not whole");
            }
        }
    }

    private static double element(StoredTensor tensor, ByteBuffer bytes, int at) {
        return switch (tensor.dataType()) {
            case FLOAT -> bytes.getFloat(at);
            case FLOAT16 -> Float.float16ToFloat(bytes.getShort(at));
            case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort(at) << 16);
            case DOUBLE -> bytes.getDouble(at);
            case INT64 -> bytes.getLong(at);
            case INT32 -> bytes.getInt(at);
            default -> throw new IllegalArgumentException("elements of type " + tensor.dataType());
        };
    }

    private static int size(StoredTensor tensor) {
        return switch (tensor.dataType()) {
            case FLOAT, INT32 -> 4;
            case FLOAT16, BFLOAT16 -> 2;
            case DOUBLE, INT64 -> 8;
            default ->
                throw new RunError(tensor.data().file() + ": weight '" + tensor.name() + "' has elements of type "
                        + tensor.dataType() + "; float32, float16, bfloat16 and double are read");
        };
    }

    /** Integers of variable length: as such, or the bits of half a float. */
    private static void variableLength(StoredTensor tensor, FileChannel channel, Target target) throws IOException {
        size(tensor);
        StoredTensor.Data data = tensor.data();
        CodedInputStream in =
                CodedInputStream.newInstance(Channels.newInputStream(channel.position(data.offset())), CHUNK_BYTES);
        in.pushLimit(Math.toIntExact(data.bytes()));
        long count = tensor.elements();
        for (long index = 0; index < count; index++) {
            if (in.isAtEnd()) {
                throw wrongLength(tensor, data.bytes());
            }
            long bits = in.readRawVarint64();
            target.set(
                    index,
                    switch (tensor.dataType()) {
                        case FLOAT16 -> Float.float16ToFloat((short) bits);
                        case BFLOAT16 -> Float.intBitsToFloat((int) bits << 16);
                        default -> bits;
                    });
        }
        if (!in.isAtEnd()) {
            throw wrongLength(tensor, data.bytes());
        }
    }

    private static RunError wrongLength(StoredTensor tensor, long bytes) {
        return new RunError(tensor.data().file() + ": tensor '" + tensor.name() + "' is " + tensor.shape() + ", but "
                + bytes + " bytes of values are there");
    }
}
