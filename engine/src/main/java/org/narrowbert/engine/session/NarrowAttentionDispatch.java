package org.narrowbert.engine.session;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.graph.NarrowAttentionOp;

/** Hands narrow attention to the kernels of its two forms, each of which leaves the other's sequences alone. */
final class NarrowAttentionDispatch {
    private final Kernels kernels;
    private final BatchOperands operands;

    NarrowAttentionDispatch(Kernels kernels, BatchOperands operands) {
        this.kernels = kernels;
        this.operands = operands;
    }

    /** Sequences with keys and values first: that leaves zeros for the others, which are then computed without. */
    void run(NarrowAttentionOp op) {
        switch (op) {
            case NarrowAttentionOp.NarrowAttention forward -> {
                AbsorbedAttention absorbed = absorbed(forward);
                kernels.attention(
                        absorbed.query(),
                        absorbed.queryRows(),
                        operands.at(forward.key()),
                        operands.at(forward.value()),
                        absorbed.projected(),
                        absorbed.heads(),
                        absorbed.dropout(),
                        absorbed.logSumExp(),
                        absorbed.output());
                kernels.absorbedAttention(absorbed);
            }
            case NarrowAttentionOp.NarrowAttentionGradient gradient -> {
                AbsorbedAttention absorbed = absorbed(gradient.attention());
                kernels.attentionGradient(
                        absorbed.query(),
                        absorbed.queryRows(),
                        operands.at(gradient.attention().key()),
                        operands.at(gradient.attention().value()),
                        absorbed.projected(),
                        absorbed.heads(),
                        absorbed.dropout(),
                        absorbed.logSumExp(),
                        absorbed.output(),
                        operands.at(gradient.outputGradient()),
                        operands.at(gradient.delta()),
                        operands.at(gradient.queryGradient()),
                        operands.adds(gradient.queryGradient()),
                        operands.at(gradient.keyGradient()),
                        false,
                        operands.at(gradient.valueGradient()),
                        false);
                kernels.absorbedAttentionGradient(
                        absorbed,
                        new AbsorbedAttention.Gradients(
                                operands.at(gradient.outputGradient()),
                                operands.at(gradient.delta()),
                                operands.target(gradient.queryGradient()),
                                operands.target(gradient.sourceGradient()),
                                operands.target(gradient.keyWeightGradient()),
                                operands.target(gradient.valueWeightGradient()),
                                operands.target(gradient.valueBiasGradient())));
            }
        }
    }

    private AbsorbedAttention absorbed(NarrowAttentionOp.NarrowAttention op) {
        return new AbsorbedAttention(
                operands.at(op.query()),
                operands.rowsOf(op.query()),
                operands.at(op.source()),
                operands.versionOf(op.source()),
                operands.rowsOf(op.source()),
                operands.rowsOf(op.key().of()),
                operands.at(op.keyWeight()),
                operands.at(op.valueWeight()),
                operands.at(op.valueBias()),
                op.heads(),
                operands.mask(op.dropout()),
                operands.at(op.logSumExp()),
                operands.at(op.output()));
    }
}
