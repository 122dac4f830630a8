package org.narrowbert.engine.graph;

import java.util.List;
import org.narrowbert.engine.tensor.Extents;

/**
 * One step of a computation, forward or backward. Ops know shapes, gradients and cost; they know no device. Adding one: docs/architecture.md
 * lists the five places, four of which the compiler names.
 */
public sealed interface Op
        permits LinearOp,
                StackedLinearOp,
                AttentionOp,
                NarrowAttentionOp,
                NormalizeOp,
                DropoutOp,
                RowOp,
                EmbeddingOp,
                LossOp {
    /** Operands whose values it needs. */
    List<Operand> reads();

    /** Operands it gives values to, scratch included. */
    List<Operand> writes();

    /** Pairs of operands that may share one place. */
    default List<Alias> aliases() {
        return List.of();
    }

    /** FLOPs and bytes for these row counts. */
    Cost cost(Extents batch);

    /** An op of the forward pass, with its gradient rule. */
    sealed interface Differentiable
            permits LinearOp.Linear,
                    LinearOp.LinearActivation,
                    StackedLinearOp.StackedLinear,
                    AttentionOp.Attention,
                    NarrowAttentionOp.NarrowAttention,
                    NormalizeOp.AddNormalize,
                    NormalizeOp.Normalize,
                    DropoutOp.Drop,
                    RowOp.Gather,
                    RowOp.Merge,
                    EmbeddingOp.Embed,
                    LossOp.CrossEntropy {
        /** The result whose gradient the rule starts from. */
        Activation output();

        /** Emits the ops that carry the output's gradient to everything the op read. */
        void differentiate(Derivation to);
    }
}
