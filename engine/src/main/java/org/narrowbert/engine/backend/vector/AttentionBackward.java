package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * One worker's backward pass over one sequence and head, with the scratch it needs. One task has the whole of its sequence's and head's part of
 * the three gradients, so no two tasks write to one place.
 *
 * <p>For each block of keys, its packed forms and its two gradients stay in the second-level cache while the queries go by, {@link #QUERIES} at a
 * time: scores and probability gradients of the block are made again (Dao et al., FlashAttention, algorithm 4), turned into probabilities P and
 * scores' gradients S, and multiplied: queryGradient += S key, keyGradient += S^T query, valueGradient += P^T outputGradient.
 */
final class AttentionBackward {
    /** What one call of the kernel works on. */
    record Operands(
            Matrix query,
            Rows queryRows,
            Matrix key,
            Matrix value,
            Rows keyRows,
            int heads,
            DropoutMask dropout,
            Matrix logSumExp,
            Matrix output,
            Matrix outputGradient,
            Matrix delta,
            Matrix queryGradient,
            boolean accumulateQuery,
            Matrix keyGradient,
            boolean accumulateKey,
            Matrix valueGradient,
            boolean accumulateValue) {
        int width() {
            return query.columns() / heads;
        }
    }

    private static final int KEYS = AttentionForward.KEYS;

    /** Keys of a block, in whole tiles. */
    private static final int TILED_KEYS = AttentionTile.tiles(KEYS) * AttentionTile.ROWS;

    private static final long SCORE_ROW = AttentionForward.SCORE_ROW;

    /** Query rows of a round, eight tiles: the inner products over queries are long enough to outweigh adding them to the gradients. */
    private static final int QUERIES = 8 * AttentionTile.ROWS;

    private final AttentionRows left = new AttentionRows(QUERIES);
    private int width;
    private int panels;
    private long gradientRow;
    private long keysTransposed;
    private long valuesTransposed;
    private long keys;
    private long queries;
    private long outputGradients;
    private long probabilities;
    private long scoreGradients;
    private long keyGradients;
    private long valueGradients;
    private long queryGradients;
    private long tile;
    private long factors;
    private long ones;
    private long columns;

    /** Bytes of scratch for heads of a width. */
    static long bytes(int width) {
        long panelColumns = (long) AttentionTile.panels(width) * AttentionTile.COLUMNS;
        long floats = 2L * KEYS * width // keysTransposed, valuesTransposed
                + KEYS * panelColumns // keys
                + 2L * QUERIES * panelColumns // queries, outputGradients
                + 2L * TILED_KEYS * panelColumns // keyGradients, valueGradients
                + QUERIES * panelColumns // queryGradients
                + 3L * KEYS // columns, factors, ones
                + AttentionTile.ROWS * AttentionTile.COLUMNS; // tile
        return (floats * Float.BYTES + 2 * QUERIES * SCORE_ROW + 8 * 64) & -64;
    }

    /** Lays the scratch out at an address that is aligned to 64 bytes. */
    void begin(long address, int width) {
        this.width = width;
        panels = AttentionTile.panels(width);
        gradientRow = (long) panels * AttentionTile.PANEL_BYTES;
        keysTransposed = address;
        valuesTransposed = keysTransposed + (long) KEYS * width * Float.BYTES;
        keys = valuesTransposed + (long) KEYS * width * Float.BYTES;
        queries = keys + KEYS * gradientRow;
        outputGradients = queries + QUERIES * gradientRow;
        keyGradients = outputGradients + QUERIES * gradientRow;
        valueGradients = keyGradients + TILED_KEYS * gradientRow;
        queryGradients = valueGradients + TILED_KEYS * gradientRow;
        probabilities = queryGradients + QUERIES * gradientRow;
        scoreGradients = probabilities + QUERIES * SCORE_ROW;
        columns = scoreGradients + QUERIES * SCORE_ROW;
        factors = columns + KEYS * Integer.BYTES;
        ones = factors + KEYS * Float.BYTES;
        tile = ones + KEYS * Float.BYTES;
        RowMoves.set(ones, 1, KEYS);
    }

    /** The gradients of one sequence and head. */
    void run(Operands o, int sequence, int head) {
        int firstQuery = o.queryRows.start(sequence);
        int endQuery = o.queryRows.end(sequence);
        int firstKey = o.keyRows.start(sequence);
        int endKey = o.keyRows.end(sequence);
        deltas(o, head, firstQuery, endQuery, firstKey == endKey);
        int count;
        for (int key = firstKey; key < endKey; key += count) {
            count = Math.min(KEYS, endKey - key);
            pack(o, head, key, count);
            for (int query = firstQuery; query < endQuery; query += QUERIES) {
                int rows = Math.min(QUERIES, endQuery - query);
                round(o, head, query, rows, count, o.accumulateQuery || key != firstKey);
            }
            for (int k = 0; k < count; k++) {
                RowMoves.put(keyGradients + k * gradientRow, at(o.keyGradient, key + k, head), width, o.accumulateKey);
                RowMoves.put(
                        valueGradients + k * gradientRow, at(o.valueGradient, key + k, head), width, o.accumulateValue);
            }
        }
    }

    /** delta = output . outputGradient of each query row: the mean, under its probabilities, of the probabilities' gradients. */
    private void deltas(Operands o, int head, int firstQuery, int endQuery, boolean withoutKeys) {
        for (int query = firstQuery; query < endQuery; query++) {
            float delta = RowMoves.dot(at(o.output, query, head), at(o.outputGradient, query, head), width);
            AllMemory.SEGMENT.set(Lanes.FLOAT, statistic(o.delta, query, head), delta);
            if (withoutKeys && !o.accumulateQuery) {
                RowMoves.zero(at(o.queryGradient, query, head), width);
            }
        }
    }

    private void pack(Operands o, int head, int key, int count) {
        long keyRows = at(o.key, key, head);
        long keyStride = stride(o.key);
        float scale = (float) (1 / Math.sqrt(width));
        AttentionTranspose.pack(keyRows, keyStride, count, width, scale, keysTransposed);
        AttentionTranspose.pack(at(o.value, key, head), stride(o.value), count, width, 1, valuesTransposed);
        AttentionPacking.rows(keyRows, keyStride, count, width, keys, KEYS);
        RowMoves.zero(keyGradients, 2 * TILED_KEYS * panels * AttentionTile.COLUMNS);
        if (o.dropout.active()) {
            AttentionPacking.dropoutColumns(o.keyRows, key, count, o.dropout.firstToken(), columns);
        }
    }

    /** What some query rows and the packed block of keys give each other. */
    private void round(Operands o, int head, int query, int rows, int count, boolean accumulateQuery) {
        long queryRows = at(o.query, query, head);
        long gradientRows = at(o.outputGradient, query, head);
        againstKeys(queryRows, stride(o.query), rows, keysTransposed, count, probabilities);
        againstKeys(gradientRows, stride(o.outputGradient), rows, valuesTransposed, count, scoreGradients);
        for (int r = 0; r < rows; r++) {
            softmaxGradient(o, head, query + r, probabilities + r * SCORE_ROW, scoreGradients + r * SCORE_ROW, count);
        }
        AttentionPacking.rows(queryRows, stride(o.query), rows, width, queries, QUERIES);
        AttentionPacking.rows(gradientRows, stride(o.outputGradient), rows, width, outputGradients, QUERIES);
        left.set(probabilities, SCORE_ROW, rows, count);
        overQueries(outputGradients, rows, count, valueGradients);
        left.set(scoreGradients, SCORE_ROW, rows, count);
        overQueries(queries, rows, count, keyGradients);
        left.multiply(rows, count, keys, KEYS * (long) AttentionTile.PANEL_BYTES, panels, queryGradients, gradientRow);
        for (int r = 0; r < rows; r++) {
            RowMoves.put(
                    queryGradients + r * gradientRow, at(o.queryGradient, query + r, head), width, accumulateQuery);
        }
    }

    /** target[r, k] = row r times column k of packed keys or values. */
    private void againstKeys(long source, long stride, int rows, long packed, int count, long target) {
        int keyPanels = AttentionTile.panels(count);
        left.multiplyWide(source, stride, rows, width, packed, keyPanels, target, SCORE_ROW, tile);
    }

    /** target[k, j] += sum over the query rows r of left[r, k] * right[r, j]. */
    private void overQueries(long right, int rows, int count, long target) {
        long panelBytes = QUERIES * (long) AttentionTile.PANEL_BYTES;
        left.addTransposed(rows, count, right, panelBytes, panels, target, gradientRow, tile);
    }

    private void softmaxGradient(Operands o, int head, int query, long scores, long gradients, int count) {
        float logSumExp = AllMemory.SEGMENT.get(Lanes.FLOAT, statistic(o.logSumExp, query, head));
        float delta = AllMemory.SEGMENT.get(Lanes.FLOAT, statistic(o.delta, query, head));
        float scale = (float) (1 / Math.sqrt(width));
        DropoutMask dropout = o.dropout;
        int keyCount = SoftmaxRow.padded(count);
        Exponentials.replace(scores, keyCount, logSumExp);
        if (dropout.active()) {
            long rowKey = dropout.rowKey(o.queryRows.token(query), head);
            DropoutLanes.drop(ones, factors, keyCount, columns, dropout, rowKey, dropout.scale());
            SoftmaxRow.droppedGradient(scores, gradients, keyCount, delta, scale, factors);
        } else {
            SoftmaxRow.gradient(scores, gradients, keyCount, delta, scale);
        }
    }

    private long at(Matrix matrix, int row, int head) {
        return row(matrix.address(), row, matrix.stride()) + (long) head * width * Float.BYTES;
    }

    private static long statistic(Matrix matrix, int row, int head) {
        return row(matrix.address(), row, matrix.stride()) + (long) head * Float.BYTES;
    }

    private static long stride(Matrix matrix) {
        return (long) matrix.stride() * Float.BYTES;
    }
}
