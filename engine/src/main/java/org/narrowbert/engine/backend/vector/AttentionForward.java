package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * One worker's forward pass over some query rows of one sequence and head, with the scratch it needs.
 *
 * <p>Keys come in blocks of {@link #KEYS} from the sequence's first; of each query row only the largest score, the sum of exponentials and the
 * unfinished output live from block to block (online softmax: Dao et al., FlashAttention, algorithm 1). A row meets the blocks in the same order
 * wherever it lies, so its bits depend on its query and the sequence's keys alone.
 */
final class AttentionForward {
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
            Matrix output) {
        int width() {
            return query.columns() / heads;
        }
    }

    /** Query rows that one task may be given. */
    static final int TASK_QUERIES = 256;

    /** Keys of a block: its packed keys and values stay in the second-level cache. */
    static final int KEYS = AttentionTile.ROW_COLUMNS;

    /** Query rows that go through a panel of keys while it is in the first-level cache: four tiles. */
    private static final int QUERIES = 4 * AttentionTile.ROWS;

    /** Bytes of a row of scores: a block of keys and a gap, so that rows don't fight for a cache set. */
    static final long SCORE_ROW = (KEYS + 16) * Float.BYTES;

    private final AttentionRows left = new AttentionRows(QUERIES);
    private int width;
    private long keys;
    private long values;
    private long scores;
    private long products;
    private long productRow;
    private long tile;
    private long largest;
    private long sums;
    private long corrections;
    private long columns;

    /** Bytes of scratch for heads of a width. */
    static long bytes(int width) {
        long panelColumns = (long) AttentionTile.panels(width) * AttentionTile.COLUMNS;
        long floats = KEYS * (long) width // keys
                + KEYS * panelColumns // values
                + QUERIES * panelColumns // products
                + AttentionTile.ROWS * AttentionTile.COLUMNS // tile
                + 3L * TASK_QUERIES // largest, sums, corrections
                + KEYS; // columns
        return (floats * Float.BYTES + QUERIES * SCORE_ROW + 8 * 64) & -64;
    }

    /** Lays the scratch out at an address that is aligned to 64 bytes. */
    void begin(long address, int width) {
        this.width = width;
        int panels = AttentionTile.panels(width);
        productRow = (long) panels * AttentionTile.PANEL_BYTES;
        keys = address;
        values = keys + (long) KEYS * width * Float.BYTES;
        scores = values + (long) panels * KEYS * AttentionTile.PANEL_BYTES;
        products = scores + QUERIES * SCORE_ROW;
        largest = products + QUERIES * productRow;
        sums = largest + TASK_QUERIES * Float.BYTES;
        corrections = sums + TASK_QUERIES * Float.BYTES;
        columns = corrections + TASK_QUERIES * Float.BYTES;
        tile = columns + KEYS * Integer.BYTES;
    }

    /**
     * Attention of the query rows from {@code first} to before {@code end}, at most {@link #TASK_QUERIES}, of one sequence and head.
     */
    void run(Operands o, int sequence, int head, int first, int end) {
        int firstKey = o.keyRows.start(sequence);
        int endKey = o.keyRows.end(sequence);
        if (firstKey == endKey) {
            withoutKeys(o, head, first, end);
            return;
        }
        int count;
        for (int key = firstKey; key < endKey; key += count) {
            count = Math.min(KEYS, endKey - key);
            pack(o, head, key, count);
            boolean isFirst = key == firstKey;
            boolean isLast = key + count == endKey;
            for (int query = first; query < end; query += QUERIES) {
                int rows = Math.min(QUERIES, end - query);
                scores(o, head, query, rows, count);
                for (int r = 0; r < rows; r++) {
                    long at = (long) (query + r - first) * Float.BYTES;
                    softmax(scores + r * SCORE_ROW, count, at, isFirst);
                    if (o.dropout.active()) {
                        long rowKey = o.dropout.rowKey(o.queryRows.token(query + r), head);
                        long row = scores + r * SCORE_ROW;
                        DropoutLanes.drop(row, row, SoftmaxRow.padded(count), columns, o.dropout, rowKey, 1);
                    }
                }
                products(rows, count);
                for (int r = 0; r < rows; r++) {
                    long at = (long) (query + r - first) * Float.BYTES;
                    finish(o, head, query + r, products + r * productRow, at, isFirst, isLast);
                }
            }
        }
    }

    private void pack(Operands o, int head, int key, int count) {
        long keyStride = (long) o.key.stride() * Float.BYTES;
        long valueStride = (long) o.value.stride() * Float.BYTES;
        long at = (long) head * width * Float.BYTES;
        float scale = (float) (1 / Math.sqrt(width));
        AttentionTranspose.pack(row(o.key.address(), key, o.key.stride()) + at, keyStride, count, width, scale, keys);
        AttentionPacking.rows(
                row(o.value.address(), key, o.value.stride()) + at, valueStride, count, width, values, KEYS);
        if (o.dropout.active()) {
            AttentionPacking.dropoutColumns(o.keyRows, key, count, o.dropout.firstToken(), columns);
        }
    }

    /** scores[r, k] = query row r times key k; the keys carry the scale already. */
    private void scores(Operands o, int head, int query, int count, int keyCount) {
        long queries = row(o.query.address(), query, o.query.stride()) + (long) head * width * Float.BYTES;
        long stride = (long) o.query.stride() * Float.BYTES;
        int panels = AttentionTile.panels(keyCount);
        left.multiplyWide(queries, stride, count, width, keys, panels, scores, SCORE_ROW, tile);
    }

    /** Turns a row of scores into numerators of probabilities; what is kept of the row at {@code at} then covers these keys too. */
    private void softmax(long row, int count, long at, boolean isFirst) {
        SoftmaxRow.pad(row, count);
        int keyCount = SoftmaxRow.padded(count);
        float most = SoftmaxRow.largest(row, keyCount);
        if (isFirst) {
            AllMemory.SEGMENT.set(Lanes.FLOAT, largest + at, most);
            AllMemory.SEGMENT.set(Lanes.FLOAT, sums + at, Exponentials.replace(row, keyCount, most));
            return;
        }
        float before = AllMemory.SEGMENT.get(Lanes.FLOAT, largest + at);
        float now = before > most ? before : most;
        float correction = (float) Math.exp(before - now);
        float sum = AllMemory.SEGMENT.get(Lanes.FLOAT, sums + at) * correction;
        AllMemory.SEGMENT.set(Lanes.FLOAT, largest + at, now);
        AllMemory.SEGMENT.set(Lanes.FLOAT, sums + at, sum + Exponentials.replace(row, keyCount, now));
        AllMemory.SEGMENT.set(Lanes.FLOAT, corrections + at, correction);
    }

    /** products[r] = probabilities[r] times values. */
    private void products(int count, int keyCount) {
        left.set(scores, SCORE_ROW, count, keyCount);
        long panelBytes = (long) KEYS * AttentionTile.PANEL_BYTES;
        left.multiply(count, keyCount, values, panelBytes, AttentionTile.panels(width), products, productRow);
    }

    /** Adds a block's product to the output row; the last block's divides it by the sum of exponentials. */
    private void finish(Operands o, int head, int query, long product, long at, boolean isFirst, boolean isLast) {
        long output = row(o.output.address(), query, o.output.stride()) + (long) head * width * Float.BYTES;
        float sum = AllMemory.SEGMENT.get(Lanes.FLOAT, sums + at);
        float factor = isLast ? o.dropout.scale() / sum : 1;
        if (isFirst) {
            RowMoves.scale(product, factor, output, width);
        } else {
            float correction = AllMemory.SEGMENT.get(Lanes.FLOAT, corrections + at);
            RowMoves.blend(product, factor, correction * factor, output, width);
        }
        if (isLast) {
            double logSumExp = AllMemory.SEGMENT.get(Lanes.FLOAT, largest + at) + Math.log(sum);
            setLogSumExp(o, query, head, (float) logSumExp);
        }
    }

    private void withoutKeys(Operands o, int head, int first, int end) {
        for (int query = first; query < end; query++) {
            long output = row(o.output.address(), query, o.output.stride());
            RowMoves.zero(output + (long) head * width * Float.BYTES, width);
            setLogSumExp(o, query, head, Float.NEGATIVE_INFINITY);
        }
    }

    private static void setLogSumExp(Operands o, int query, int head, float value) {
        long address = row(o.logSumExp.address(), query, o.logSumExp.stride()) + (long) head * Float.BYTES;
        AllMemory.SEGMENT.set(Lanes.FLOAT, address, value);
    }
}
