package org.narrowbert.ffm.matrix;

import org.narrowbert.ffm.generated.dnnl.Dnnl;

/** What the numbers of A and B are; sums are made, and C holds, what loses nothing of their products. */
enum OperandType {
    /** C is float32. */
    FLOAT32(Dnnl.dnnl_f32(), Dnnl.dnnl_f32()),

    /** The upper half of a float32, rounded to nearest; C is float32. */
    BFLOAT16(Dnnl.dnnl_bf16(), Dnnl.dnnl_f32());

    private final int operand;
    private final int result;

    OperandType(int operand, int result) {
        this.operand = operand;
        this.result = result;
    }

    /** oneDNN's data type of A and B. */
    int operand() {
        return operand;
    }

    /** oneDNN's data type of C. */
    int result() {
        return result;
    }
}
