package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Lanes.COUNT;
import static org.narrowbert.engine.backend.vector.Lanes.FLOATS;
import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;
import static org.narrowbert.engine.backend.vector.Lanes.ORDER;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_1;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_2;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_4;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_8;

import jdk.incubator.vector.FloatVector;
import org.narrowbert.engine.random.DropoutMask;

/**
 * What absorbed attention does to one narrow row's scores of one head, in scratch memory with room for whole vectors: lane i of a vector holds
 * token first + i.
 */
final class AbsorbedRow {
    private AbsorbedRow() {}

    /**
     * Turns products of query and tokens into probabilities after dropout.
     *
     * @param row address of the products
     * @param tokens number of tokens, 1 or more
     * @param scale what makes scores of products
     * @param columns address of {@link DropoutLanes}' table of the tokens; not read without dropout
     * @param rowKey the row's key in the dropout mask
     * @return the natural logarithm of the softmax's denominator
     */
    static float softmax(long row, int tokens, float scale, DropoutMask dropout, long columns, long rowKey) {
        RowMoves.scale(row, scale, row, tokens);
        SoftmaxRow.pad(row, tokens);
        int padded = SoftmaxRow.padded(tokens);
        float largest = SoftmaxRow.largest(row, padded);
        float sum = Exponentials.replace(row, padded, largest);
        RowMoves.scale(row, 1 / sum, row, tokens);
        if (dropout.active()) {
            DropoutLanes.drop(row, row, tokens, columns, dropout, rowKey, dropout.scale());
        }
        return (float) (largest + Math.log(sum));
    }

    /**
     * Makes the probabilities again and, of their gradients, those of the products.
     *
     * @param row in: products of query and tokens; out: probabilities after dropout
     * @param gradients in: products of the context's gradient and tokens; out: gradients of the products in {@code row}
     * @param factors address of scratch for as many numbers
     * @param logSumExp of the row
     * @param sumGradient gradient of the sum of the probabilities after dropout
     * @param delta the mean of the probabilities' gradients
     */
    static void gradient(
            long row,
            long gradients,
            long factors,
            int tokens,
            float scale,
            float logSumExp,
            float sumGradient,
            float delta,
            DropoutMask dropout,
            long columns,
            long rowKey) {
        RowMoves.scale(row, scale, row, tokens);
        SoftmaxRow.pad(row, tokens);
        int padded = SoftmaxRow.padded(tokens);
        Exponentials.replace(row, padded, logSumExp);
        if (dropout.active()) {
            RowMoves.set(factors, 1, padded);
            DropoutLanes.drop(factors, factors, tokens, columns, dropout, rowKey, dropout.scale());
            add(gradients, sumGradient, padded);
            SoftmaxRow.droppedGradient(row, gradients, padded, delta, scale, factors);
        } else {
            SoftmaxRow.gradient(row, gradients, padded, delta - sumGradient, scale);
        }
    }

    /** The sum of the numbers, lane by lane and then in a fixed tree. */
    static float sum(long row, int count) {
        FloatVector sum = FloatVector.zero(FLOATS);
        int body = FLOATS.loopBound(count);
        int column = 0;
        for (; column < body; column += COUNT) {
            sum = sum.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, row + (long) column * Float.BYTES, ORDER));
        }
        sum = COUNT < 16 ? sum : sum.add(sum.rearrange(TURN_8));
        sum = COUNT < 8 ? sum : sum.add(sum.rearrange(TURN_4));
        sum = sum.add(sum.rearrange(TURN_2));
        float total = sum.add(sum.rearrange(TURN_1)).lane(0);
        for (; column < count; column++) {
            total += MEMORY.get(Lanes.FLOAT, row + (long) column * Float.BYTES);
        }
        return total;
    }

    private static void add(long row, float value, int padded) {
        for (int column = 0; column < padded; column += COUNT) {
            long at = row + (long) column * Float.BYTES;
            FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER).add(value).intoMemorySegment(MEMORY, at, ORDER);
        }
    }
}
