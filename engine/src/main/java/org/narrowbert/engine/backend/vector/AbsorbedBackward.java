package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.Target;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

/**
 * One call of absorbed attention's gradients, group by group. With A_h = query_h keyWeight_h, D_h = outputGradient_h valueWeight_h and the states H:
 * A H^T and D H^T give the probabilities P and the scores' gradients S; H's gradient is P^T D + S^T A; the contexts C = P H and A's gradient S H
 * give those of the weights and of the query.
 */
final class AbsorbedBackward {
    private final FixedPool pool;
    private final ProductBatch batch;
    private final AbsorbedAttention on;
    private final AbsorbedAttention.Gradients to;
    private final AbsorbedShape shape;
    private final AbsorbedGroups group;
    private final AbsorbedRows rows;
    private final AbsorbedProducts products;
    private final AbsorbedWeights weights;
    private final PackedStates states;
    private final long keyScratch;
    private final long valueScratch;
    private final long keyBackScratch;
    private final long absorbed;
    private final long contexts;
    private final long probabilities;
    private final long scoreGradients;
    private final long sums;
    private final long factors;
    private boolean isFirstGroup = true;

    AbsorbedBackward(
            AbsorbedWorkspace workspace, AbsorbedAttention on, AbsorbedAttention.Gradients to, AbsorbedShape shape) {
        pool = workspace.pool();
        batch = workspace.batch();
        weights = workspace.weights();
        states = workspace.states();
        this.on = on;
        this.to = to;
        this.shape = shape;
        group = new AbsorbedGroups(on);
        Places places =
                new Places(workspace.scratch(), pieces(batch, shape, pool.threads(), AbsorbedRows.tableBytes(on)));
        keyScratch = places.next();
        valueScratch = places.next();
        keyBackScratch = places.next();
        absorbed = places.next();
        contexts = places.next();
        probabilities = places.next();
        scoreGradients = places.next();
        sums = places.next();
        factors = places.next();
        rows = new AbsorbedRows(on, shape, places.next());
        products = new AbsorbedProducts(batch, on, shape, group, states);
    }

    /** Bytes of the pieces of scratch memory, in the order in which they are taken. */
    static long[] pieces(ProductBatch batch, AbsorbedShape shape, int threads, long tableBytes) {
        return new long[] {
            AbsorbedWeights.absorbingBytes(batch, shape),
            AbsorbedWeights.absorbingBytes(batch, shape),
            AbsorbedWeights.releasingBytes(batch, shape),
            shape.madeBytes(batch),
            shape.madeBytes(batch),
            shape.scoreBytes(),
            shape.scoreBytes(),
            (long) shape.mostRows() * shape.heads() * Float.BYTES,
            (long) threads * shape.scoreRow() * Float.BYTES,
            tableBytes
        };
    }

    void run() {
        states.begin(on);
        long keyPanels = weights.toAbsorb(on.keyWeight(), shape, keyScratch);
        long valuePanels = weights.toAbsorb(on.valueWeight(), shape, valueScratch);
        long keyBackPanels = weights.toRelease(on.keyWeight(), shape, keyBackScratch);
        while (group.next()) {
            products.packSources();
            batch.panels().run();
            products.absorb(on.query(), on.keyWeight(), keyPanels, absorbed);
            products.absorb(to.outputGradient(), on.valueWeight(), valuePanels, contexts);
            batch.run();
            products.againstSources(absorbed, probabilities);
            products.againstSources(contexts, scoreGradients);
            batch.run();
            pool.run(group.rows(), this::softmaxGradient);
            pool.run(shape.heads(), this::biasGradient);
            sourceGradient();
            batch.run(); // what it reads is written next
            products.overSources(probabilities, contexts);
            products.overSources(scoreGradients, absorbed);
            batch.run();
            weightGradients();
            products.release(
                    absorbed, keyBackPanels, to.query().matrix(), to.query().accumulate());
            batch.run();
            isFirstGroup = false;
        }
    }

    /** One narrow row, all heads: products become probabilities and the gradients of scores. */
    private void softmaxGradient(int rowOfGroup, int worker) {
        int narrow = group.firstRow() + rowOfGroup;
        int sequence = group.sequenceOf(rowOfGroup);
        int tokens = group.tokens(sequence);
        DropoutMask dropout = on.dropout();
        for (int head = 0; head < shape.heads(); head++) {
            long at = rows.scoresAt(probabilities, rowOfGroup, head);
            long gradient = rows.headAt(to.outputGradient(), narrow, head);
            float delta = RowMoves.dot(rows.headAt(on.output(), narrow, head), gradient, shape.headSize());
            AbsorbedRows.set(to.delta(), narrow, head, delta);
            AbsorbedRow.gradient(
                    at,
                    rows.scoresAt(scoreGradients, rowOfGroup, head),
                    factors + (long) worker * shape.scoreRow() * Float.BYTES,
                    tokens,
                    rows.scale(),
                    AbsorbedRows.get(on.logSumExp(), narrow, head),
                    RowMoves.dot(rows.headAt(on.valueBias(), 0, head), gradient, shape.headSize()),
                    delta,
                    dropout,
                    rows.tableAt(sequence),
                    rows.rowKey(narrow, head));
            float sum = dropout.active() ? AbsorbedRow.sum(at, tokens) : 1;
            Lanes.MEMORY.set(Lanes.FLOAT, sumAt(rowOfGroup, head), sum);
        }
    }

    /** The value bias' gradient of one head: the rows' output gradients, each times the sum of the row's probabilities. */
    private void biasGradient(int head, int worker) {
        long target = rows.headAt(to.valueBias().matrix(), 0, head);
        if (isNew(to.valueBias())) {
            RowMoves.zero(target, shape.headSize());
        }
        for (int rowOfGroup = 0; rowOfGroup < group.rows(); rowOfGroup++) {
            float sum = Lanes.MEMORY.get(Lanes.FLOAT, sumAt(rowOfGroup, head));
            long gradient = rows.headAt(to.outputGradient(), group.firstRow() + rowOfGroup, head);
            RowMoves.blend(gradient, sum, 1, target, shape.headSize());
        }
    }

    private long sumAt(int rowOfGroup, int head) {
        return sums + ((long) rowOfGroup * shape.heads() + head) * Float.BYTES;
    }

    /** The states' gradient: P^T D + S^T A. */
    private void sourceGradient() {
        Matrix gradient = to.source().matrix();
        for (int sequence : group.sequences()) {
            int count = group.rows(sequence) * shape.heads();
            batch.add(
                    products.scoresAt(probabilities, sequence),
                    shape.scoreRow(),
                    true,
                    group.tokens(sequence),
                    count,
                    products.madeAt(contexts, sequence),
                    shape.source(),
                    row(gradient.address(), on.sourceRows().start(sequence), gradient.stride()),
                    gradient.stride(),
                    to.source().accumulate() || group.goesOn(sequence));
            batch.right(batch.width(), products.panelFloats());
            batch.goOn(products.scoresAt(scoreGradients, sequence), count, products.madeAt(absorbed, sequence));
        }
    }

    /** Each head's rows of the weights' gradients: outputGradient_h^T C_h, and query_h^T times A_h's gradient. */
    private void weightGradients() {
        for (int head = 0; head < shape.heads(); head++) {
            weightGradient(to.outputGradient(), head, contexts, to.valueWeight());
            weightGradient(on.query(), head, absorbed, to.keyWeight());
        }
    }

    private void weightGradient(Matrix left, int head, long made, Target target) {
        Matrix gradient = target.matrix();
        batch.add(
                rows.headAt(left, group.firstRow(), head),
                left.stride(),
                true,
                shape.headSize(),
                group.rows(),
                products.headOf(made, head),
                shape.source(),
                row(gradient.address(), head * shape.headSize(), gradient.stride()),
                gradient.stride(),
                !isNew(target));
        batch.right(products.rowFloats(), products.panelFloats());
    }

    /** Whether a parameter's gradient is yet to be written. */
    private boolean isNew(Target target) {
        return isFirstGroup && !target.accumulate();
    }
}
