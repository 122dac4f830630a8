package org.narrowbert.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void aMatrixThatDoesNotFitItsBufferIsRefusedWithBothSizes() {
        try (Buffer buffer = Buffer.open(ElementType.FLOAT32, 11)) {
            assertThatThrownBy(() -> Matrix.dense(buffer, 0, 3, 4))
                    .hasMessageContaining("[3, 4]")
                    .hasMessageContaining("11 elements");
            assertThat(new Matrix(buffer, 0, 3, 3, 4).size()).isEqualTo(9);
        }
    }

    @Test
    void viewsOfRowsAndColumnsShareTheElements() {
        try (Buffer buffer = Buffer.open(ElementType.FLOAT64, 12)) {
            Matrix matrix = Matrix.dense(buffer, 0, 3, 4);
            matrix.rows(1, 2).columns(2, 1).set(1, 0, 5);
            assertThat(matrix.get(2, 2)).isEqualTo(5);
            assertThatThrownBy(() -> matrix.rows(2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void memoryUsedAfterItWasClosedIsAnExceptionAndNotACrash() {
        Buffer buffer = Buffer.open(ElementType.FLOAT32, 4);
        Matrix matrix = Matrix.dense(buffer, 0, 2, 2);
        buffer.close();
        assertThatThrownBy(matrix::address).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> matrix.get(0, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void memoryIsZeroedAndAlignedToACacheLine() {
        try (Buffer buffer = Buffer.open(ElementType.FLOAT32, 1000)) {
            assertThat(buffer.address() % 64).isZero();
            assertThat(Matrix.dense(buffer, 0, 10, 100).toArray()).containsOnly(0f);
        }
    }

    @Test
    void offsetsThatDescendOrMissAnEntryAreRefused() {
        assertThatThrownBy(() -> Rows.of(2, new int[] {0, 3, 2}, new int[3])).hasMessageContaining("descend");
        assertThatThrownBy(() -> Rows.of(2, new int[] {0, 3}, new int[3])).hasMessageContaining("3 entries");
        assertThatThrownBy(() -> Rows.of(1, new int[] {0, 3}, new int[2])).hasMessageContaining("3 rows");
    }

    @Test
    void moreNarrowRowsThanTokensAreRefused() {
        assertThatThrownBy(() -> new Extents(1, 4, 5, 0)).hasMessageContaining("5 narrow");
    }
}
