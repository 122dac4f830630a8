package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import java.util.List;
import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.AbsorbedSizes;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.backend.Target;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

/** Narrow attention without keys and values, and its gradients. Owns what they keep from call to call. */
final class AbsorbedAttentionKernels implements AutoCloseable {
    private final FixedPool pool;
    private final Warming warming;
    private final AbsorbedPlain plain;
    private final AbsorbedWorkspace workspace;

    /**
     * Allocates the workspace.
     *
     * @param pool the threads to compute on; remains the caller's
     * @param vectorBits width of the products' vectors: 128, 256 or 512; results are the same bits for all
     * @param warming of these products or of such as are used beside them; remains the caller's
     */
    AbsorbedAttentionKernels(FixedPool pool, int vectorBits, Warming warming) {
        this.pool = pool;
        this.warming = warming;
        plain = new AbsorbedPlain(pool);
        workspace = AbsorbedWorkspace.open(pool, vectorBits);
    }

    /** As {@link org.narrowbert.engine.backend.Backend#keepPacked}. */
    PackedWeights keepPacked(List<Matrix> weights) {
        return workspace.weights().keepPacked(weights);
    }

    /** Makes room for whatever is absorbed within some sizes, and for its gradients. */
    void reserve(AbsorbedSizes sizes, boolean gradients) {
        AbsorbedShape shape = AbsorbedShape.of(sizes);
        if (shape.mostRows() > 0) {
            long table = DropoutLanes.tableBytes(gradients ? sizes.tokens() : 0);
            ProductBatch batch = workspace.batch();
            long[] pieces = gradients
                    ? AbsorbedBackward.pieces(batch, shape, pool.threads(), table)
                    : AbsorbedForward.pieces(batch, shape, table);
            long[] ofPlain = AbsorbedPlain.pieces(shape, pool.threads(), table);
            workspace.scratch().reserve(Math.max(Places.sum(pieces), Places.sum(ofPlain)));
            workspace.states().reserve(PackedStates.mostBytes(batch, sizes));
        }
    }

    /** Off-heap bytes kept between calls. */
    long workspaceBytes() {
        return workspace.bytes();
    }

    /** As {@link Kernels#absorbedAttention}. */
    void attention(AbsorbedAttention on) {
        check(on);
        AbsorbedShape shape = AbsorbedShape.of(on);
        if (shape.mostRows() == 0) {
            return;
        }
        if (warming.isPlain(shape.operations(on))) {
            plain.attention(workspace.scratch(), on, shape);
        } else {
            new AbsorbedForward(workspace, on, shape).run();
        }
    }

    /** As {@link Kernels#absorbedAttentionGradient}. */
    void gradient(AbsorbedAttention on, AbsorbedAttention.Gradients to) {
        check(on);
        Checks.same("outputGradient", to.outputGradient(), "query", on.query());
        Checks.same("delta", to.delta(), "logSumExp", on.logSumExp());
        Checks.same("queryGradient", to.query().matrix(), "query", on.query());
        Checks.same("sourceGradient", to.source().matrix(), "source", on.source());
        Checks.same("keyWeightGradient", to.keyWeight().matrix(), "keyWeight", on.keyWeight());
        Checks.same("valueWeightGradient", to.valueWeight().matrix(), "valueWeight", on.valueWeight());
        Checks.same("valueBiasGradient", to.valueBias().matrix(), "valueBias", on.valueBias());
        warming.useKernels();
        clearUnread(on, to.source());
        AbsorbedShape shape = AbsorbedShape.of(on);
        if (shape.mostRows() > 0) {
            new AbsorbedBackward(workspace, on, to, shape).run();
        } else {
            clear(to.keyWeight());
            clear(to.valueWeight());
            clear(to.valueBias());
        }
    }

    /** Zeroes the gradients of states that no narrow row of an absorbed sequence reads, unless they are added to. */
    private void clearUnread(AbsorbedAttention on, Target target) {
        Matrix gradient = target.matrix();
        Rows tokens = on.sourceRows();
        if (!target.accumulate()) {
            pool.run(tokens.sequences(), (sequence, worker) -> {
                if (!on.absorbs(sequence)
                        || on.queryRows().start(sequence) == on.queryRows().end(sequence)) {
                    clear(gradient, tokens.start(sequence), tokens.end(sequence));
                }
            });
        }
    }

    private static void clear(Target target) {
        if (!target.accumulate()) {
            clear(target.matrix(), 0, target.matrix().rows());
        }
    }

    private static void clear(Matrix matrix, int first, int end) {
        for (int at = first; at < end; at++) {
            RowMoves.zero(row(matrix.address(), at, matrix.stride()), matrix.columns());
        }
    }

    private static void check(AbsorbedAttention on) {
        int hidden = on.query().columns();
        if (on.heads() < 1 || hidden % on.heads() != 0 || hidden == 0) {
            throw new IllegalArgumentException(
                    "query " + on.query().shape() + " cannot be cut into " + on.heads() + " heads");
        }
        Rows queries = on.queryRows();
        Checks.rows(queries);
        Checks.rows(on.sourceRows());
        Checks.rows(on.projected());
        if (queries.sequences() != on.sourceRows().sequences()
                || queries.sequences() != on.projected().sequences()) {
            throw new IllegalArgumentException("queries of " + queries.sequences() + " sequences, tokens of "
                    + on.sourceRows().sequences() + " and projected rows of "
                    + on.projected().sequences());
        }
        Checks.shape("query", on.query(), queries.count(), hidden);
        Checks.shape("source", on.source(), on.sourceRows().count(), on.source().columns());
        Checks.shape("keyWeight", on.keyWeight(), hidden, on.source().columns());
        Checks.shape("valueWeight", on.valueWeight(), hidden, on.source().columns());
        Checks.shape("valueBias", on.valueBias(), 1, hidden);
        Checks.shape("logSumExp", on.logSumExp(), queries.count(), on.heads());
        Checks.shape("output", on.output(), queries.count(), hidden);
    }

    @Override
    public void close() {
        workspace.close();
    }
}
