package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Lanes.COUNT;
import static org.narrowbert.engine.backend.vector.Lanes.FLOATS;
import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;
import static org.narrowbert.engine.backend.vector.Lanes.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

/**
 * Column sums over many rows, the same bits for any number of threads: rows are cut into at most 64 chunks by their number alone, every chunk
 * has its own partial sums, and these are added chunk after chunk.
 */
final class ParameterSums implements AutoCloseable {
    private static final int MOST_CHUNKS = 64;

    /** Fewer rows than this are not worth a chunk of their own. */
    private static final int LEAST_ROWS = 8;

    /** Columns that one task adds up: a few cache lines of every chunk. */
    private static final int STRIP = 128;

    private final Scratch scratch = new Scratch();
    private long address;
    private int rows;
    private int columns;
    private int rowsPerChunk;

    /** Makes room for the sums of {@code sums} parameters over any number of rows. */
    void reserve(int columns, int sums) {
        scratch.reserve((long) MOST_CHUNKS * sums * columns * Float.BYTES);
    }

    /**
     * Makes room for the sums of {@code sums} parameters.
     *
     * @return the number of chunks; 0 for no rows
     */
    int begin(int rows, int columns, int sums) {
        this.rows = rows;
        this.columns = columns;
        rowsPerChunk = Math.max(LEAST_ROWS, (rows + MOST_CHUNKS - 1) / MOST_CHUNKS);
        int chunks = (rows + rowsPerChunk - 1) / rowsPerChunk;
        address = scratch.reserve((long) chunks * sums * columns * Float.BYTES);
        return chunks;
    }

    /** First row of a chunk. */
    int first(int chunk) {
        return chunk * rowsPerChunk;
    }

    /** One past a chunk's last row. */
    int end(int chunk) {
        return Math.min(rows, (chunk + 1) * rowsPerChunk);
    }

    /** Address of the [sums, columns] partial sums of a chunk. */
    long partial(int chunk, int sums) {
        return address + (long) chunk * sums * columns * Float.BYTES;
    }

    /** Bytes kept. */
    long bytes() {
        return scratch.bytes();
    }

    /**
     * gradient (+)= the sum of all chunks' partial sums number {@code which}.
     *
     * @param gradient [1, columns]
     */
    void end(FixedPool pool, int chunks, int sums, int which, Matrix gradient, boolean accumulate) {
        long target = gradient.address();
        pool.run((columns + STRIP - 1) / STRIP, (strip, worker) -> {
            int limit = Math.min(columns, (strip + 1) * STRIP);
            for (int column = strip * STRIP; column < limit; column += COUNT) {
                add(partial(0, sums) + (long) which * columns * Float.BYTES, chunks, sums, column, target, accumulate);
            }
        });
    }

    /** Adds up the vector of columns that begins at {@code column}; the last one is masked. */
    private void add(long partials, int chunks, int sums, int column, long target, boolean accumulate) {
        long at = (long) column * Float.BYTES;
        long step = (long) sums * columns * Float.BYTES;
        VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
        FloatVector sum = accumulate
                ? FloatVector.fromMemorySegment(FLOATS, MEMORY, target + at, ORDER, tail)
                : FloatVector.zero(FLOATS);
        FloatVector chunkSum = FloatVector.zero(FLOATS);
        for (int chunk = 0; chunk < chunks; chunk++) {
            chunkSum = chunkSum.add(
                    FloatVector.fromMemorySegment(FLOATS, MEMORY, partials + chunk * step + at, ORDER, tail));
        }
        sum.add(chunkSum).intoMemorySegment(MEMORY, target + at, ORDER, tail);
    }

    @Override
    public void close() {
        scratch.close();
    }
}
