package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** Embedding tables, dropout by itself, and moves of rows between the tokens and a subset of them. */
final class RowReference {
    private RowReference() {}

    static void embed(
            Rows rows,
            int[] inputIds,
            int[] tokenTypeIds,
            Matrix word,
            Matrix position,
            Matrix tokenType,
            Matrix output) {
        Check.shape("output", output, rows.count(), word.columns());
        for (int sequence = 0; sequence < rows.sequences(); sequence++) {
            for (int row = rows.start(sequence); row < rows.end(sequence); row++) {
                for (int column = 0; column < output.columns(); column++) {
                    double sum = word.get(inputIds[row], column)
                            + position.get(row - rows.start(sequence), column)
                            + tokenType.get(tokenTypeIds[row], column);
                    output.set(row, column, sum);
                }
            }
        }
    }

    static void embedGradient(
            Rows rows,
            int[] inputIds,
            int[] tokenTypeIds,
            Matrix outputGradient,
            Matrix wordGradient,
            boolean accumulateWord,
            Matrix positionGradient,
            boolean accumulatePosition,
            Matrix tokenTypeGradient,
            boolean accumulateTokenType) {
        clear(wordGradient, accumulateWord);
        clear(positionGradient, accumulatePosition);
        clear(tokenTypeGradient, accumulateTokenType);
        for (int sequence = 0; sequence < rows.sequences(); sequence++) {
            for (int row = rows.start(sequence); row < rows.end(sequence); row++) {
                addRow(outputGradient, row, wordGradient, inputIds[row]);
                addRow(outputGradient, row, positionGradient, row - rows.start(sequence));
                addRow(outputGradient, row, tokenTypeGradient, tokenTypeIds[row]);
            }
        }
    }

    static void dropout(Rows rows, Matrix input, DropoutMask mask, Matrix output, boolean accumulate) {
        Check.shape("input", input, rows.count(), output.columns());
        Check.shape("output", output, rows.count(), input.columns());
        clear(output, accumulate);
        for (int row = 0; row < rows.count(); row++) {
            for (int column = 0; column < input.columns(); column++) {
                output.add(
                        row, column, input.get(row, column) * NormalizeReference.factor(mask, rows.token(row), column));
            }
        }
    }

    static void gather(Matrix input, Rows subset, Matrix output) {
        Check.shape("output", output, subset.count(), input.columns());
        for (int row = 0; row < subset.count(); row++) {
            copyRow(input, subset.token(row), output, row);
        }
    }

    static void gatherGradient(Matrix outputGradient, Rows subset, Matrix inputGradient, boolean accumulate) {
        Check.shape("outputGradient", outputGradient, subset.count(), inputGradient.columns());
        clear(inputGradient, accumulate);
        for (int row = 0; row < subset.count(); row++) {
            addRow(outputGradient, row, inputGradient, subset.token(row));
        }
    }

    static void merge(Matrix base, Matrix part, Rows subset, Matrix output) {
        Check.shape("output", output, base.rows(), base.columns());
        Check.shape("part", part, subset.count(), base.columns());
        for (int row = 0; row < base.rows(); row++) {
            copyRow(base, row, output, row);
        }
        for (int row = 0; row < subset.count(); row++) {
            copyRow(part, row, output, subset.token(row));
        }
    }

    static void mergeGradient(
            Matrix outputGradient,
            Rows subset,
            Matrix baseGradient,
            boolean accumulateBase,
            Matrix partGradient,
            boolean accumulatePart) {
        Check.shape("baseGradient", baseGradient, outputGradient.rows(), outputGradient.columns());
        Check.shape("partGradient", partGradient, subset.count(), outputGradient.columns());
        clear(baseGradient, accumulateBase);
        clear(partGradient, accumulatePart);
        boolean[] replaced = new boolean[outputGradient.rows()];
        for (int row = 0; row < subset.count(); row++) {
            replaced[subset.token(row)] = true;
            addRow(outputGradient, subset.token(row), partGradient, row);
        }
        for (int row = 0; row < outputGradient.rows(); row++) {
            if (!replaced[row]) {
                addRow(outputGradient, row, baseGradient, row);
            }
        }
    }

    private static void copyRow(Matrix from, int fromRow, Matrix to, int toRow) {
        for (int column = 0; column < from.columns(); column++) {
            to.set(toRow, column, from.get(fromRow, column));
        }
    }

    private static void addRow(Matrix from, int fromRow, Matrix to, int toRow) {
        for (int column = 0; column < from.columns(); column++) {
            to.add(toRow, column, from.get(fromRow, column));
        }
    }

    private static void clear(Matrix gradient, boolean accumulate) {
        if (!accumulate) {
            gradient.fill(0);
        }
    }
}
