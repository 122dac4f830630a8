package org.narrowbert.engine.graph;

/**
 * A matrix that training changes.
 *
 * @param name Hugging Face's name of the tensor
 * @param rank 1 for a vector, stored with shape [columns]; 2 for a matrix [rows, columns]
 * @param rows rows of the matrix; 1 for a vector
 * @param columns columns of the matrix; the length of a vector
 * @param trained false where the gradient is zero in exact arithmetic (a key projection's bias: softmax does not see a constant) or the
 *     parameter is frozen
 * @param stack name of the parameters that it lies beside in memory, so that they are one operand too; empty where it lies alone
 */
public record Parameter(String name, int rank, int rows, int columns, boolean trained, String stack)
        implements Operand {
    public Parameter {
        if (rank < 1 || rank > 2 || rows < 1 || columns < 1 || rank == 1 && rows != 1) {
            throw new IllegalArgumentException(
                    "parameter " + name + " of rank " + rank + " cannot be [" + rows + ", " + columns + "]");
        }
    }

    /** A trained matrix. */
    public static Parameter matrix(String name, int rows, int columns) {
        return new Parameter(name, 2, rows, columns, true, "");
    }

    /** A trained vector. */
    public static Parameter vector(String name, int columns) {
        return new Parameter(name, 1, 1, columns, true, "");
    }

    /** The same parameter, never changed by training. */
    public Parameter frozen() {
        return new Parameter(name, rank, rows, columns, false, stack);
    }

    /** The same parameter, beside all others of a stack. */
    public Parameter in(String stack) {
        return new Parameter(name, rank, rows, columns, trained, stack);
    }

    /** Number of elements. */
    public long size() {
        return (long) rows * columns;
    }

    /** Whether weight decay applies: to matrices, not to biases and LayerNorm, nor to what is frozen. */
    public boolean decayed() {
        return rank == 2 && trained;
    }

    /** Its shape as Hugging Face's file has it. */
    public long[] shape() {
        return rank == 1 ? new long[] {columns} : new long[] {rows, columns};
    }

    @Override
    public String toString() {
        return name + (rank == 1 ? " [" + columns + "]" : " [" + rows + ", " + columns + "]");
    }
}
