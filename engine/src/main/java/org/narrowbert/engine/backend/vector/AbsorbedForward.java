package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.threads.FixedPool;

/**
 * One call of absorbed attention, group by group: with A_h = query_h keyWeight_h and the states H, scores A H^T, probabilities P, contexts P H,
 * output_h = context_h valueWeight_h^T + the sum of P times the value's bias.
 */
final class AbsorbedForward {
    private final FixedPool pool;
    private final ProductBatch batch;
    private final AbsorbedAttention on;
    private final AbsorbedShape shape;
    private final AbsorbedGroups group;
    private final AbsorbedRows rows;
    private final AbsorbedProducts products;
    private final AbsorbedWeights weights;
    private final PackedStates states;
    private final long keyScratch;
    private final long valueScratch;
    private final long made;
    private final long scores;

    AbsorbedForward(AbsorbedWorkspace workspace, AbsorbedAttention on, AbsorbedShape shape) {
        pool = workspace.pool();
        batch = workspace.batch();
        weights = workspace.weights();
        states = workspace.states();
        this.on = on;
        this.shape = shape;
        group = new AbsorbedGroups(on);
        Places places = new Places(workspace.scratch(), pieces(batch, shape, AbsorbedRows.tableBytes(on)));
        keyScratch = places.next();
        valueScratch = places.next();
        made = places.next();
        scores = places.next();
        rows = new AbsorbedRows(on, shape, places.next());
        products = new AbsorbedProducts(batch, on, shape, group, states);
    }

    /** Bytes of the pieces of scratch memory, in the order in which they are taken. */
    static long[] pieces(ProductBatch batch, AbsorbedShape shape, long tableBytes) {
        return new long[] {
            AbsorbedWeights.absorbingBytes(batch, shape),
            AbsorbedWeights.releasingBytes(batch, shape),
            shape.madeBytes(batch),
            shape.scoreBytes(),
            tableBytes
        };
    }

    void run() {
        states.begin(on);
        long keyPanels = weights.toAbsorb(on.keyWeight(), shape, keyScratch);
        long valuePanels = weights.toRelease(on.valueWeight(), shape, valueScratch);
        while (group.next()) {
            products.packSources();
            batch.panels().run();
            products.absorb(on.query(), on.keyWeight(), keyPanels, made);
            batch.run();
            products.againstSources(made, scores);
            batch.run();
            pool.run(group.rows(), this::softmax);
            products.overSources(scores, made);
            batch.run();
            products.release(made, valuePanels, on.output(), true);
            batch.run();
        }
    }

    /** One narrow row, all heads: scores become probabilities, and the output begins as their sum times the value's bias. */
    private void softmax(int rowOfGroup, int worker) {
        int narrow = group.firstRow() + rowOfGroup;
        int sequence = group.sequenceOf(rowOfGroup);
        int tokens = group.tokens(sequence);
        DropoutMask dropout = on.dropout();
        float scale = rows.scale();
        for (int head = 0; head < shape.heads(); head++) {
            long at = rows.scoresAt(scores, rowOfGroup, head);
            long rowKey = rows.rowKey(narrow, head);
            float logSumExp = AbsorbedRow.softmax(at, tokens, scale, dropout, rows.tableAt(sequence), rowKey);
            AbsorbedRows.set(on.logSumExp(), narrow, head, logSumExp);
            float sum = dropout.active() ? AbsorbedRow.sum(at, tokens) : 1;
            RowMoves.scale(
                    rows.headAt(on.valueBias(), 0, head),
                    sum,
                    rows.headAt(on.output(), narrow, head),
                    shape.headSize());
        }
    }
}
