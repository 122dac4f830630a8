package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * {@link AbsorbedForward} with its products in plain loops over floats, one narrow row and head after the other: the same bits, by the same sums
 * over the same depth blocks as {@link ProductBatch}. Nothing is packed. For the time before the kernels are compiled, as {@link
 * ScalarProducts}.
 */
final class AbsorbedPlain {
    private static final int SUMS = ScalarProducts.SUMS;
    private static final int BLOCK = GemmBlocks.DEPTH;
    private static final int ROW_FLOATS = GemmMicroKernel.ROW_FLOATS;
    private static final MemorySegment MEMORY = AllMemory.SEGMENT;

    private final FixedPool pool;
    private final Loops[] loopsOf;

    /** On a pool, which remains the caller's. */
    AbsorbedPlain(FixedPool pool) {
        this.pool = pool;
        loopsOf = new Loops[pool.threads()];
        Arrays.setAll(loopsOf, worker -> new Loops());
    }

    /** Computes the output and the softmax's denominators of all absorbed sequences. */
    void attention(Scratch scratch, AbsorbedAttention on, AbsorbedShape shape) {
        Places places = new Places(scratch, pieces(shape, pool.threads(), AbsorbedRows.tableBytes(on)));
        long scores = places.next();
        AbsorbedRows rows = new AbsorbedRows(on, shape, places.next());
        for (Loops loops : loopsOf) {
            loops.reserve(Math.max(shape.scoreRow(), Math.max(shape.source(), shape.headSize())));
        }
        pool.run(on.query().rows() * shape.heads(), (index, worker) -> {
            int narrow = index / shape.heads();
            if (on.absorbs(sequenceOf(on, narrow))) {
                long scoresOf = scores + (long) worker * shape.scoreRow() * Float.BYTES;
                attention(on, shape, rows, narrow, index % shape.heads(), scoresOf, loopsOf[worker]);
            }
        });
    }

    /** Bytes of the pieces of scratch memory, in the order in which they are taken. */
    static long[] pieces(AbsorbedShape shape, int threads, long tableBytes) {
        return new long[] {(long) threads * shape.scoreRow() * Float.BYTES, tableBytes};
    }

    private static int sequenceOf(AbsorbedAttention on, int narrow) {
        int sequence = 0;
        while (on.queryRows().end(sequence) <= narrow) {
            sequence++;
        }
        return sequence;
    }

    private static void attention(
            AbsorbedAttention on,
            AbsorbedShape shape,
            AbsorbedRows rows,
            int narrow,
            int head,
            long scores,
            Loops loops) {
        Rows tokens = on.sourceRows();
        int sequence = sequenceOf(on, narrow);
        int first = tokens.start(sequence);
        int count = tokens.end(sequence) - first;
        int size = shape.headSize();
        long states = row(on.source().address(), first, on.source().stride());
        long key = row(on.keyWeight().address(), head * size, on.keyWeight().stride());
        long value =
                row(on.valueWeight().address(), head * size, on.valueWeight().stride());
        long output = rows.headAt(on.output(), narrow, head);

        loops.combine(
                rows.headAt(on.query(), narrow, head), size, key, on.keyWeight().stride(), shape.source());
        loops.dots(shape.source(), states, on.source().stride(), count, scores, false);
        float logSumExp = AbsorbedRow.softmax(
                scores, count, rows.scale(), on.dropout(), rows.tableAt(sequence), rows.rowKey(narrow, head));
        AbsorbedRows.set(on.logSumExp(), narrow, head, logSumExp);
        float sum = on.dropout().active() ? AbsorbedRow.sum(scores, count) : 1;
        RowMoves.scale(rows.headAt(on.valueBias(), 0, head), sum, output, size);
        loops.combine(scores, count, states, on.source().stride(), shape.source());
        loops.dots(shape.source(), value, on.valueWeight().stride(), size, output, true);
    }

    /** One worker's loops, and the arrays that they run over. */
    private static final class Loops {
        private final float[] right = new float[SUMS * ROW_FLOATS];
        private final float[] sums = new float[SUMS];
        private float[] factors = new float[0];
        private float[] row = new float[0];
        private float[] block = new float[0];

        /** What {@link #combine} made last. */
        private float[] made = new float[0];

        void reserve(int longest) {
            if (made.length < longest) {
                factors = new float[longest];
                row = new float[longest];
                block = new float[longest];
                made = new float[longest];
            }
        }

        /** made = the sum of the rows of a matrix [depth, columns], each times its factor. */
        void combine(long factorsAt, int depth, long rows, int stride, int columns) {
            MemorySegment.copy(MEMORY, Lanes.FLOAT, factorsAt, factors, 0, depth);
            Arrays.fill(made, 0, columns, 0);
            for (int start = 0; start < depth; start += BLOCK) {
                Arrays.fill(block, 0, columns, 0);
                for (int k = start; k < Math.min(start + BLOCK, depth); k++) {
                    MemorySegment.copy(MEMORY, Lanes.FLOAT, Checks.row(rows, k, stride), row, 0, columns);
                    addRow(factors[k], row, block, columns);
                }
                for (int column = 0; column < columns; column++) {
                    made[column] += block[column];
                }
            }
        }

        private static void addRow(float factor, float[] row, float[] to, int columns) {
            for (int column = 0; column < columns; column++) {
                to[column] = Math.fma(factor, row[column], to[column]);
            }
        }

        /** target[i] (+)= made times row i of a matrix [count, depth]. */
        void dots(int depth, long rows, int stride, int count, long target, boolean accumulate) {
            for (int first = 0; first < count; first += SUMS) {
                int there = Math.min(SUMS, count - first);
                int start = 0;
                do {
                    int length = Math.min(BLOCK, depth - start);
                    for (int i = 0; i < there; i++) {
                        long from = Checks.row(rows, first + i, stride) + (long) start * Float.BYTES;
                        MemorySegment.copy(MEMORY, Lanes.FLOAT, from, right, i * ROW_FLOATS, length);
                    }
                    ScalarProducts.sum(made, start, right, length, sums);
                    for (int i = 0; i < there; i++) {
                        long to = target + (long) (first + i) * Float.BYTES;
                        float from = accumulate || start > 0 ? MEMORY.get(Lanes.FLOAT, to) : 0;
                        MEMORY.set(Lanes.FLOAT, to, from + sums[i]);
                    }
                    start += BLOCK;
                } while (start < depth);
            }
        }
    }
}
