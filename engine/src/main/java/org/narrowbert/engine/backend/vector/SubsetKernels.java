package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

/** Rows of a subset taken out of the batch's tokens and put back among them. */
final class SubsetKernels {
    private static final int ROWS_PER_TASK = 32;

    private final FixedPool pool;

    /** One bit for each token that the current subset contains; kept from call to call. */
    private long[] contained = new long[0];

    SubsetKernels(FixedPool pool) {
        this.pool = pool;
    }

    /** As {@link Kernels#gather}. */
    void gather(Matrix input, Rows subset, Matrix output) {
        check(subset, "output", output, "input", input);
        fromTokens(input, subset, output, false);
    }

    /** As {@link Kernels#gatherGradient}. */
    void gatherGradient(Matrix outputGradient, Rows subset, Matrix inputGradient, boolean accumulate) {
        check(subset, "outputGradient", outputGradient, "inputGradient", inputGradient);
        if (!accumulate) {
            pool.run(tasks(inputGradient.rows()), (task, worker) -> {
                for (int r = task * ROWS_PER_TASK; r < end(task, inputGradient.rows()); r++) {
                    zero(inputGradient, r);
                }
            });
        }
        toTokens(outputGradient, subset, inputGradient, accumulate);
    }

    /** As {@link Kernels#merge}. */
    void merge(Matrix base, Matrix part, Rows subset, Matrix output) {
        check(subset, "part", part, "output", output);
        Checks.same("base", base, "output", output);
        if (base.address() != output.address() || base.stride() != output.stride()) {
            pool.run(tasks(base.rows()), (task, worker) -> {
                for (int r = task * ROWS_PER_TASK; r < end(task, base.rows()); r++) {
                    RowMoves.copy(
                            row(base.address(), r, base.stride()),
                            row(output.address(), r, output.stride()),
                            base.columns());
                }
            });
        }
        toTokens(part, subset, output, false);
    }

    /** As {@link Kernels#mergeGradient}. */
    void mergeGradient(
            Matrix outputGradient,
            Rows subset,
            Matrix baseGradient,
            boolean accumulateBase,
            Matrix partGradient,
            boolean accumulatePart) {
        check(subset, "partGradient", partGradient, "outputGradient", outputGradient);
        Checks.same("baseGradient", baseGradient, "outputGradient", outputGradient);
        mark(subset, outputGradient.rows());
        pool.run(tasks(baseGradient.rows()), (task, worker) -> {
            for (int r = task * ROWS_PER_TASK; r < end(task, baseGradient.rows()); r++) {
                if ((contained[r >>> 6] >>> r & 1) == 0) {
                    RowMoves.put(
                            row(outputGradient.address(), r, outputGradient.stride()),
                            row(baseGradient.address(), r, baseGradient.stride()),
                            baseGradient.columns(),
                            accumulateBase);
                } else if (!accumulateBase) {
                    zero(baseGradient, r);
                }
            }
        });
        fromTokens(outputGradient, subset, partGradient, accumulatePart);
    }

    /** part[r] (+)= tokens[subset.token(r)]. */
    private void fromTokens(Matrix tokens, Rows subset, Matrix part, boolean accumulate) {
        pool.run(tasks(subset.count()), (task, worker) -> {
            for (int r = task * ROWS_PER_TASK; r < end(task, subset.count()); r++) {
                RowMoves.put(
                        row(tokens.address(), subset.token(r), tokens.stride()),
                        row(part.address(), r, part.stride()),
                        part.columns(),
                        accumulate);
            }
        });
    }

    /** tokens[subset.token(r)] (+)= part[r]. */
    private void toTokens(Matrix part, Rows subset, Matrix tokens, boolean accumulate) {
        pool.run(tasks(subset.count()), (task, worker) -> {
            for (int r = task * ROWS_PER_TASK; r < end(task, subset.count()); r++) {
                RowMoves.put(
                        row(part.address(), r, part.stride()),
                        row(tokens.address(), subset.token(r), tokens.stride()),
                        part.columns(),
                        accumulate);
            }
        });
    }

    private void mark(Rows subset, int tokens) {
        int words = (tokens + 63) >>> 6;
        if (contained.length < words) {
            contained = new long[words];
        }
        for (int i = 0; i < words; i++) {
            contained[i] = 0;
        }
        for (int r = 0; r < subset.count(); r++) {
            int token = subset.token(r);
            contained[token >>> 6] |= 1L << token;
        }
    }

    private static void zero(Matrix matrix, int r) {
        RowMoves.zero(row(matrix.address(), r, matrix.stride()), matrix.columns());
    }

    private static int tasks(int rows) {
        return (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    }

    private static int end(int task, int rows) {
        return Math.min(rows, (task + 1) * ROWS_PER_TASK);
    }

    private static void check(Rows subset, String partName, Matrix part, String tokensName, Matrix tokens) {
        Checks.shape(partName, part, subset.count(), tokens.columns());
        Checks.float32(tokensName, tokens);
        Checks.tokens(subset, tokensName, tokens.rows());
    }
}
