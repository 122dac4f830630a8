package org.narrowbert.engine.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CounterRandomTest {
    private static final int ROWS = 2_000;
    private static final int COLUMNS = 768;

    @Test
    void dropoutKeepsTheShareItIsAskedToKeepInEveryRowAndEveryColumn() {
        DropoutMask mask = DropoutMask.of(new Dropout(0.1f, 3), 42, 7, 0);
        int[] keptInColumn = new int[COLUMNS];
        long kept = 0;
        for (int row = 0; row < ROWS; row++) {
            int keptInRow = 0;
            for (int column = 0; column < COLUMNS; column++) {
                if (mask.keeps(mask.rowKey(row), column)) {
                    keptInRow++;
                    keptInColumn[column]++;
                }
            }
            // Six standard deviations of a binomial: a right mask fails once in 10^6 seeds, and this seed is fixed.
            assertThat(keptInRow).isCloseTo(691, within(50));
            kept += keptInRow;
        }
        for (int count : keptInColumn) {
            assertThat(count).isCloseTo(1800, within(80));
        }
        assertThat(kept / (double) (ROWS * COLUMNS)).isCloseTo(0.9, within(0.0015));
    }

    @Test
    void neighbouringRowsColumnsStepsAndSitesAreUncorrelated() {
        DropoutMask mask = DropoutMask.of(new Dropout(0.5f, 3), 42, 7, 0);
        DropoutMask nextStep = DropoutMask.of(new Dropout(0.5f, 3), 42, 8, 0);
        DropoutMask nextSite = DropoutMask.of(new Dropout(0.5f, 4), 42, 7, 0);
        int[] agree = new int[4];
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                boolean here = mask.keeps(mask.rowKey(row), column);
                agree[0] += here == mask.keeps(mask.rowKey(row + 1), column) ? 1 : 0;
                agree[1] += here == mask.keeps(mask.rowKey(row), column + 1) ? 1 : 0;
                agree[2] += here == nextStep.keeps(nextStep.rowKey(row), column) ? 1 : 0;
                agree[3] += here == nextSite.keeps(nextSite.rowKey(row), column) ? 1 : 0;
            }
        }
        for (int count : agree) {
            assertThat(count / (double) (ROWS * COLUMNS)).isCloseTo(0.5, within(0.0025));
        }
    }

    @Test
    void aTokenHasTheSameMaskWhicheverMicroBatchItIsIn() {
        DropoutMask whole = DropoutMask.of(new Dropout(0.3f, 1), 5, 9, 0);
        DropoutMask second = DropoutMask.of(new Dropout(0.3f, 1), 5, 9, 100);
        assertThat(second.rowKey(4)).isEqualTo(whole.rowKey(104));
        assertThat(second.rowKey(4, 2)).isEqualTo(whole.rowKey(104, 2));
    }

    @Test
    void aDropoutRateOfOneIsRefused() {
        assertThatThrownBy(() -> new Dropout(1f, 0)).hasMessageContaining("1.0").hasMessageContaining("[0, 1)");
        assertThatThrownBy(() -> new Dropout(Float.NaN, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void boundedNumbersAreEquallyLikely() {
        int[] counts = new int[7];
        for (int draw = 0; draw < 70_000; draw++) {
            counts[CounterRandom.below(CounterRandom.key(1, draw), 7)]++;
        }
        for (int count : counts) {
            assertThat(count).isCloseTo(10_000, within(600));
        }
    }
}
