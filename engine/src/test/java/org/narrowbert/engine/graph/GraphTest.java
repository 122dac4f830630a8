package org.narrowbert.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.tensor.RowSet;

class GraphTest {
    private final Activation input = new Activation("input", RowSet.TOKENS, 4);
    private final Activation output = new Activation("output", RowSet.TOKENS, 3);
    private final Parameter weight = Parameter.matrix("weight", 3, 4);
    private final Parameter bias = Parameter.vector("bias", 3);

    @Test
    void aWeightOfTheWrongShapeIsRefusedNamingBothOperands() {
        assertThatThrownBy(() -> new LinearOp.Linear(input, Parameter.matrix("weight", 3, 5), bias, output))
                .hasMessageContaining("input [tokens, 4]")
                .hasMessageContaining("weight [3, 5]");
        assertThatThrownBy(() -> new LinearOp.Linear(input, weight, Parameter.vector("bias", 4), output))
                .hasMessageContaining("bias [4]")
                .hasMessageContaining("output [tokens, 3]");
    }

    @Test
    void anActivationReadBeforeItIsWrittenIsRefused() {
        LinearOp.Linear linear = new LinearOp.Linear(input, weight, bias, output);
        assertThatThrownBy(() -> new Graph("g", List.of(linear), List.of(), List.of(output)))
                .hasMessageContaining("input [tokens, 4] is read before");
        assertThatThrownBy(() -> new Graph("g", List.of(linear, linear), List.of(input), List.of(output)))
                .hasMessageContaining("written twice");
    }

    @Test
    void aFrozenBiasHasNoGradientOp() {
        LinearOp.Linear linear = new LinearOp.Linear(input, weight, bias.frozen(), output);
        Graph graph = new Graph("g", List.of(linear), List.of(input), List.of(output));
        assertThat(Derivation.of(graph).ops()).noneMatch(op -> op instanceof LinearOp.BiasGradient);
    }

    @Test
    void headsThatDoNotDivideTheColumnsAreRefused() {
        Activation query = new Activation("query", RowSet.TOKENS, 10);
        assertThatThrownBy(() -> new AttentionOp.Attention(
                        query,
                        query,
                        query,
                        3,
                        org.narrowbert.engine.random.Dropout.NONE,
                        new Activation("logSumExp", RowSet.TOKENS, 3),
                        new Activation("context", RowSet.TOKENS, 10)))
                .hasMessageContaining("query [tokens, 10] cannot be cut into 3 heads");
    }

    @Test
    void opsThatNoOutputDependsOnGetNoGradient() {
        LinearOp.Linear read = new LinearOp.Linear(input, weight, bias, output);
        LinearOp.Linear unread = new LinearOp.Linear(
                input, Parameter.matrix("other", 3, 4), bias, new Activation("unread", RowSet.TOKENS, 3));
        Graph graph = new Graph("g", List.of(read, unread), List.of(input), List.of(output));
        assertThat(Derivation.of(graph).ops()).hasSize(3);
    }
}
