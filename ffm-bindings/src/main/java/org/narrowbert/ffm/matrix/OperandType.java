package org.narrowbert.ffm.matrix;

import org.narrowbert.ffm.generated.dnnl.Dnnl;

/** What the numbers of A and B are; sums are made, and C holds, what loses nothing of their products. */
enum OperandType {
    /** C is float32. */
    FLOAT32(Dnnl.dnnl_f32(), Dnnl.dnnl_f32(), Dnnl.dnnl_f32()),

    /** The upper half of a float32, rounded to nearest; C is float32. */
    BFLOAT16(Dnnl.dnnl_bf16(), Dnnl.dnnl_bf16(), Dnnl.dnnl_f32()),

    /** A holds bytes from 0 to 255, B bytes with a sign; C holds ints. */
    INT8(Dnnl.dnnl_u8(), Dnnl.dnnl_s8(), Dnnl.dnnl_s32());

    private final int left;
    private final int right;
    private final int result;

    OperandType(int left, int right, int result) {
        this.left = left;
        this.right = right;
        this.result = result;
    }

    /** oneDNN's data type of A. */
    int left() {
        return left;
    }

    /** oneDNN's data type of B. */
    int right() {
        return right;
    }

    /** oneDNN's data type of C. */
    int result() {
        return result;
    }
}
