package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

/**
 * Ragged multi-head attention and its gradients. Tasks are (sequence, head, block of query rows) forward and (sequence, head) backward; each
 * worker has scratch for one block of keys, whatever the sequences' lengths.
 */
final class AttentionKernels implements AutoCloseable {
    private final FixedPool pool;
    private final Scratch scratch = new Scratch();
    private final AttentionForward[] forward;
    private final AttentionBackward[] backward;

    AttentionKernels(FixedPool pool) {
        this.pool = pool;
        forward = new AttentionForward[pool.threads()];
        backward = new AttentionBackward[pool.threads()];
        for (int worker = 0; worker < pool.threads(); worker++) {
            forward[worker] = new AttentionForward();
            backward[worker] = new AttentionBackward();
        }
    }

    /** Makes room for heads up to a width. */
    void reserve(int width, boolean gradients) {
        long bytes = AttentionForward.bytes(width);
        scratch.reserve(pool.threads() * (gradients ? Math.max(bytes, AttentionBackward.bytes(width)) : bytes));
    }

    /** Off-heap bytes kept between calls. */
    long workspaceBytes() {
        return scratch.bytes();
    }

    /** As {@link Kernels#attention}. */
    void attention(
            Matrix query,
            Rows queryRows,
            Matrix key,
            Matrix value,
            Rows keyRows,
            int heads,
            DropoutMask dropout,
            Matrix logSumExp,
            Matrix output) {
        check(query, queryRows, key, value, keyRows, heads, logSumExp);
        Checks.same("output", output, "query", query);
        AttentionForward.Operands operands =
                new AttentionForward.Operands(query, queryRows, key, value, keyRows, heads, dropout, logSumExp, output);
        int width = operands.width();
        long bytes = AttentionForward.bytes(width);
        long address = scratch.reserve(bytes * pool.threads());
        for (int worker = 0; worker < pool.threads(); worker++) {
            forward[worker].begin(address + worker * bytes, width);
        }
        int blocks = (longest(queryRows) + AttentionForward.TASK_QUERIES - 1) / AttentionForward.TASK_QUERIES;
        pool.run(Math.multiplyExact(queryRows.sequences() * heads, blocks), (task, worker) -> {
            int sequence = task / (heads * blocks);
            int first = queryRows.start(sequence) + task % blocks * AttentionForward.TASK_QUERIES;
            int end = Math.min(queryRows.end(sequence), first + AttentionForward.TASK_QUERIES);
            if (first < end) {
                forward[worker].run(operands, sequence, task / blocks % heads, first, end);
            }
        });
    }

    /** As {@link Kernels#attentionGradient}. */
    void attentionGradient(
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
        check(query, queryRows, key, value, keyRows, heads, logSumExp);
        Checks.same("output", output, "query", query);
        Checks.same("outputGradient", outputGradient, "query", query);
        Checks.same("delta", delta, "logSumExp", logSumExp);
        Checks.same("queryGradient", queryGradient, "query", query);
        Checks.same("keyGradient", keyGradient, "key", key);
        Checks.same("valueGradient", valueGradient, "value", value);
        AttentionBackward.Operands operands = new AttentionBackward.Operands(
                query,
                queryRows,
                key,
                value,
                keyRows,
                heads,
                dropout,
                logSumExp,
                output,
                outputGradient,
                delta,
                queryGradient,
                accumulateQuery,
                keyGradient,
                accumulateKey,
                valueGradient,
                accumulateValue);
        int width = operands.width();
        long bytes = AttentionBackward.bytes(width);
        long address = scratch.reserve(bytes * pool.threads());
        for (int worker = 0; worker < pool.threads(); worker++) {
            backward[worker].begin(address + worker * bytes, width);
        }
        pool.run(
                queryRows.sequences() * heads,
                (task, worker) -> backward[worker].run(operands, task / heads, task % heads));
    }

    private static int longest(Rows rows) {
        int longest = 0;
        for (int sequence = 0; sequence < rows.sequences(); sequence++) {
            longest = Math.max(longest, rows.end(sequence) - rows.start(sequence));
        }
        return longest;
    }

    private static void check(
            Matrix query, Rows queryRows, Matrix key, Matrix value, Rows keyRows, int heads, Matrix logSumExp) {
        int hidden = query.columns();
        if (heads < 1 || hidden % heads != 0 || hidden == 0) {
            throw new IllegalArgumentException("query " + query.shape() + " cannot be cut into " + heads + " heads");
        }
        if (queryRows.sequences() != keyRows.sequences()) {
            throw new IllegalArgumentException("queries of " + queryRows.sequences() + " sequences, keys of "
                    + keyRows.sequences() + " sequences");
        }
        Checks.rows(queryRows);
        Checks.rows(keyRows);
        Checks.shape("query", query, queryRows.count(), hidden);
        Checks.shape("key", key, keyRows.count(), hidden);
        Checks.shape("value", value, keyRows.count(), hidden);
        Checks.shape("logSumExp", logSumExp, queryRows.count(), heads);
    }

    @Override
    public void close() {
        scratch.close();
    }
}
