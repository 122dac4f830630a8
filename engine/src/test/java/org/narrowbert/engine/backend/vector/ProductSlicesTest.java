package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductSlicesTest {
    /** A column alone would be one that lies apart, which oneDNN takes for dense. */
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1, 2",
        "192, 192",
        "192, 193",
        "193, 193",
        "150, 577",
        "193, 385",
        "257, 384",
        "1024, 768",
        "1024, 769",
        "385, 3072",
        "152, 30522",
        "40000, 2"
    })
    void partsCoverTheProductOnceAndNoneIsASingleRowOrColumnOfMany(int rows, int columns) {
        ProductSlices slices = new ProductSlices();
        slices.set(rows, columns);
        int[][] covered = new int[rows][columns];
        for (int part = 0; part < slices.count(); part++) {
            int height = slices.endRow(part) - slices.firstRow(part);
            int width = slices.endColumn(part) - slices.firstColumn(part);
            assertThat(height).isBetween(Math.min(rows, 2), 192);
            assertThat(width).isBetween(Math.min(columns, 2), 385);
            for (int row = slices.firstRow(part); row < slices.endRow(part); row++) {
                for (int column = slices.firstColumn(part); column < slices.endColumn(part); column++) {
                    covered[row][column]++;
                }
            }
        }
        assertThat(Stream.of(covered)).allSatisfy(row -> assertThat(row).containsOnly(1));
    }
}
