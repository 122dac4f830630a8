package org.narrowbert.model.checkpoint.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.files.FileProblem;

/**
 * A file's bytes as elements of tensors, made float32 on the way.
 *
 * @param file for error messages
 * @param channel of the file, open for reading
 */
record TensorBytes(Path file, FileChannel channel) {
    /** Elements converted at a time: large enough for the disk, small enough to stay in a core's cache. */
    private static final int STAGED = 1 << 16;

    /** Takes a run of a tensor's elements as they are stored. */
    @FunctionalInterface
    interface Chunk {
        void take(long first, MemorySegment staged, int count);
    }

    /** Copies elements that lie one after the other from a byte of the file on, as many as the target has. */
    void readFloats(TensorInfo tensor, long position, MemorySegment target) {
        requireFloats(tensor);
        boolean asStored = tensor.dtype() == Dtype.F32 && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        if (asStored && target.isNative()) {
            readFully(position, target);
            return;
        }
        inChunks(position, tensor.dtype().bytes(), target.byteSize() / Float.BYTES, (done, staged, chunk) -> {
            Widening.toFloats(tensor.dtype(), staged, target.asSlice(done * Float.BYTES, (long) chunk * Float.BYTES));
        });
    }

    /** The same into a matrix, row after row. */
    void readFloats(TensorInfo tensor, long position, Matrix target) {
        if (target.buffer().elementType() == ElementType.FLOAT32 && target.stride() == target.columns()) {
            MemorySegment all = target.buffer().segment();
            readFloats(tensor, position, all.asSlice(target.offset() * Float.BYTES, target.size() * Float.BYTES));
            return;
        }
        long rowBytes = (long) target.columns() * tensor.dtype().bytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment row = arena.allocate((long) target.columns() * Float.BYTES, Float.BYTES);
            for (int index = 0; index < target.rows(); index++) {
                readFloats(tensor, position + index * rowBytes, row);
                target.rows(index, 1).copyFrom(row);
            }
        }
    }

    /** Refuses a tensor whose elements are no floating point numbers. */
    void requireFloats(TensorInfo tensor) {
        if (!Widening.takes(tensor.dtype())) {
            throw new RunError(file + ": tensor " + tensor.name() + " has dtype " + tensor.dtype()
                    + ", expected F32, F16, BF16 or F64");
        }
    }

    /** Reads elements of a width in bytes run by run. */
    void inChunks(long position, int width, long count, Chunk chunk) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment staging = arena.allocate(Math.min(count, STAGED) * width, 8);
            for (long done = 0; done < count; ) {
                int now = (int) Math.min(STAGED, count - done);
                MemorySegment staged = staging.asSlice(0, (long) now * width);
                readFully(position + done * width, staged);
                chunk.take(done, staged, now);
                done += now;
            }
        }
    }

    private void readFully(long position, MemorySegment target) {
        try {
            for (long done = 0; done < target.byteSize(); ) {
                // A buffer's size is an int; half of that keeps chunks aligned to pages.
                long length = Math.min(target.byteSize() - done, 1L << 30);
                int read = channel.read(target.asSlice(done, length).asByteBuffer(), position + done);
                if (read < 0) {
                    throw new RunError(file + " became shorter while it was read; write models beside and rename them");
                }
                done += read;
            }
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }
}
