package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

/** The sum of word, position and token type embeddings, and its gradient. */
final class EmbeddingKernels {
    private static final int ROWS_PER_TASK = 16;

    /** Rows of a table that one task zeroes. */
    private static final int TABLE_ROWS_PER_TASK = 256;

    /** Columns of one backward task: a whole number of vectors of any width, and of cache lines. */
    private static final int STRIP = 64;

    private final FixedPool pool;

    EmbeddingKernels(FixedPool pool) {
        this.pool = pool;
    }

    /** As {@link Kernels#embed}. */
    void embed(
            Rows rows,
            int[] inputIds,
            int[] tokenTypeIds,
            Matrix word,
            Matrix position,
            Matrix tokenType,
            Matrix output) {
        check(rows, inputIds, tokenTypeIds, word, position, tokenType, output);
        int tasks = (rows.count() + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
        pool.run(tasks, (task, worker) -> {
            int first = task * ROWS_PER_TASK;
            int end = Math.min(rows.count(), first + ROWS_PER_TASK);
            int sequence = sequenceOf(rows, first);
            for (int r = first; r < end; r++) {
                while (r >= rows.end(sequence)) {
                    sequence++;
                }
                RowMoves.sum(
                        row(word.address(), inputIds[r], word.stride()),
                        row(position.address(), r - rows.start(sequence), position.stride()),
                        row(tokenType.address(), tokenTypeIds[r], tokenType.stride()),
                        row(output.address(), r, output.stride()),
                        output.columns());
            }
        });
    }

    /**
     * As {@link Kernels#embedGradient}. Tasks own strips of columns and walk all rows in their order, so that rows of one word add up in the same
     * order for any number of threads.
     */
    void embedGradient(
            Rows rows,
            int[] inputIds,
            int[] tokenTypeIds,
            Matrix outputGradient,
            Matrix wordGradient,
            boolean accumulateWord,
            Matrix positionGradient,
            boolean accumulatePosition,
            Matrix tokenTypeGradient,
            boolean accumulateTokenType) {
        check(rows, inputIds, tokenTypeIds, wordGradient, positionGradient, tokenTypeGradient, outputGradient);
        zero(wordGradient, accumulateWord);
        zero(positionGradient, accumulatePosition);
        zero(tokenTypeGradient, accumulateTokenType);
        int hidden = outputGradient.columns();
        pool.run((hidden + STRIP - 1) / STRIP, (strip, worker) -> {
            int columns = Math.min(STRIP, hidden - strip * STRIP);
            long at = (long) strip * STRIP * Float.BYTES;
            long gradients = outputGradient.address() + at;
            long words = wordGradient.address() + at;
            long positions = positionGradient.address() + at;
            long tokenTypes = tokenTypeGradient.address() + at;
            for (int sequence = 0; sequence < rows.sequences(); sequence++) {
                int start = rows.start(sequence);
                for (int r = start; r < rows.end(sequence); r++) {
                    long gradient = row(gradients, r, outputGradient.stride());
                    RowMoves.add(gradient, row(words, inputIds[r], wordGradient.stride()), columns);
                    RowMoves.add(gradient, row(positions, r - start, positionGradient.stride()), columns);
                    RowMoves.add(gradient, row(tokenTypes, tokenTypeIds[r], tokenTypeGradient.stride()), columns);
                }
            }
        });
    }

    private void zero(Matrix matrix, boolean accumulate) {
        if (accumulate) {
            return;
        }
        int tasks = (matrix.rows() + TABLE_ROWS_PER_TASK - 1) / TABLE_ROWS_PER_TASK;
        pool.run(tasks, (task, worker) -> {
            int end = Math.min(matrix.rows(), (task + 1) * TABLE_ROWS_PER_TASK);
            for (int r = task * TABLE_ROWS_PER_TASK; r < end; r++) {
                RowMoves.zero(row(matrix.address(), r, matrix.stride()), matrix.columns());
            }
        });
    }

    /** The last sequence that begins at or before the row. */
    private static int sequenceOf(Rows rows, int row) {
        int low = 0;
        int high = rows.sequences() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (rows.start(middle) <= row) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static void check(
            Rows rows,
            int[] inputIds,
            int[] tokenTypeIds,
            Matrix word,
            Matrix position,
            Matrix tokenType,
            Matrix output) {
        int hidden = output.columns();
        Checks.rows(rows);
        Checks.shape("output", output, rows.count(), hidden);
        Checks.shape("word", word, word.rows(), hidden);
        Checks.shape("position", position, position.rows(), hidden);
        Checks.shape("tokenType", tokenType, tokenType.rows(), hidden);
        Checks.indices("inputIds", inputIds, rows.count(), "word", word.rows());
        Checks.indices("tokenTypeIds", tokenTypeIds, rows.count(), "tokenType", tokenType.rows());
        for (int sequence = 0; sequence < rows.sequences(); sequence++) {
            int length = rows.end(sequence) - rows.start(sequence);
            if (length > position.rows()) {
                throw new IllegalArgumentException(
                        "sequence " + sequence + " has " + length + " tokens, but position is " + position.shape());
            }
        }
    }
}
