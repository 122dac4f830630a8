package org.narrowbert.engine.backend.vector;

import java.util.SplittableRandom;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;

/** Random matrices one behind the other. */
final class RandomMatrices {
    private final Buffer floats;
    private final SplittableRandom random;
    private long used;

    RandomMatrices(Buffer floats, SplittableRandom random) {
        this.floats = floats;
        this.random = random;
    }

    Matrix next(int rows, int columns) {
        Matrix matrix = Matrix.dense(floats, used, rows, columns);
        used += matrix.size();
        fill(matrix);
        return matrix;
    }

    void fill(Matrix matrix) {
        for (int row = 0; row < matrix.rows(); row++) {
            for (int column = 0; column < matrix.columns(); column++) {
                matrix.set(row, column, random.nextDouble() - 0.5);
            }
        }
    }
}
