package org.narrowbert.engine.backend;

import java.util.Optional;
import org.narrowbert.ffm.matrix.Bfloat16Products;
import org.narrowbert.ffm.matrix.Int8Products;
import org.narrowbert.ffm.matrix.NativeCallException;

/** What the operands of linear layers' products are rounded to; sums, results, weights, moments and all else are float32. */
public enum OperandPrecision {
    FLOAT32,

    /**
     * The upper half of a float32: 8 bits of mantissa. oneDNN rounds both operands of every product. Our own kernels round weights alone, those that are
     * announced ({@link Backend#keepPacked}), and keep them so: for inference.
     */
    BFLOAT16,

    /**
     * Bytes, for inference by oneDNN alone: weights that are announced ({@link Backend#keepPacked}) with one scale for each output column, inputs with one
     * for each row. All other products are of float32.
     */
    INT8;

    /** Whether one who computes products has such ones. */
    public boolean isOf(Gemm gemm) {
        return switch (this) {
            case FLOAT32 -> true;
            case BFLOAT16 -> gemm == Gemm.PANAMA || gemm == Gemm.ONEDNN;
            case INT8 -> gemm == Gemm.ONEDNN;
        };
    }

    /** One line for people where this processor lacks the instructions that a library, which must have been found, is fast with, and what that costs. */
    public Optional<String> warning(Gemm gemm) {
        if (gemm != Gemm.ONEDNN) {
            return Optional.empty();
        }
        try {
            return lack();
        } catch (NativeCallException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    private Optional<String> lack() {
        return switch (this) {
            case FLOAT32 -> Optional.empty();
            case BFLOAT16 ->
                Bfloat16Products.areNative()
                        ? Optional.empty()
                        : Optional.of("oneDNN has no products of bfloat16 for this processor: operands are rounded and"
                                + " multiplied as float32, which is slower than without --bf16");
            case INT8 ->
                Int8Products.haveAllSteps()
                        ? Optional.empty()
                        : Optional.of(
                                "this processor adds products of bytes in 16 bits (it lacks VNNI): weights get half"
                                        + " the steps, which is less exact and not as fast");
        };
    }
}
