package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

/** Dropout by itself. */
final class DropoutKernels implements AutoCloseable {
    private static final int ROWS_PER_TASK = 32;

    private final FixedPool pool;
    private final Scratch columnTable = new Scratch();
    private final Scratch workerRows = new Scratch();

    DropoutKernels(FixedPool pool) {
        this.pool = pool;
    }

    /** Makes room for rows up to a number of columns. */
    void reserve(int columns, boolean gradients) {
        columnTable.reserve(DropoutLanes.tableBytes(columns));
        if (gradients) {
            workerRows.reserve(pool.threads() * DropoutLanes.tableBytes(columns));
        }
    }

    /** Off-heap bytes kept between calls. */
    long workspaceBytes() {
        return columnTable.bytes() + workerRows.bytes();
    }

    /** As {@link Kernels#dropout}. */
    void dropout(Rows rows, Matrix input, DropoutMask mask, Matrix output, boolean accumulate) {
        Checks.shape("input", input, rows.count(), output.columns());
        Checks.same("output", output, "input", input);
        int columns = input.columns();
        long rowBytes = DropoutLanes.tableBytes(columns);
        long table = columnTable.reserve(rowBytes);
        DropoutLanes.setColumns(table, columns);
        long scratch = accumulate ? workerRows.reserve(pool.threads() * rowBytes) : 0;
        int tasks = (rows.count() + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
        pool.run(tasks, (task, worker) -> {
            for (int r = task * ROWS_PER_TASK; r < Math.min(rows.count(), (task + 1) * ROWS_PER_TASK); r++) {
                long from = row(input.address(), r, input.stride());
                long to = row(output.address(), r, output.stride());
                long dropped = accumulate ? scratch + worker * rowBytes : to;
                if (mask.active()) {
                    DropoutLanes.drop(from, dropped, columns, table, mask, mask.rowKey(rows.token(r)), mask.scale());
                    if (accumulate) {
                        RowMoves.add(dropped, to, columns);
                    }
                } else {
                    RowMoves.put(from, to, columns, accumulate);
                }
            }
        });
    }

    @Override
    public void close() {
        columnTable.close();
        workerRows.close();
    }
}
