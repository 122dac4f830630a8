package org.narrowbert.model.data.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PermutationTest {
    /** The 99.99% point of chi-square with 23 degrees of freedom is 56. */
    private static final double CHI_SQUARE_23 = 56;

    @Test
    void everyNumberComesOnceForEverySize() {
        for (int size = 1; size <= 300; size++) {
            assertThat(numbers(size, size).cardinality()).isEqualTo(size);
        }
        for (int size : new int[] {4095, 4096, 4097, 65_537, 1_000_003}) {
            assertThat(numbers(size, 99).cardinality()).isEqualTo(size);
        }
    }

    private static BitSet numbers(int size, long key) {
        Permutation permutation = new Permutation(size, key);
        BitSet seen = new BitSet();
        for (int place = 0; place < size; place++) {
            seen.set(Math.toIntExact(permutation.at(place)));
        }
        return seen;
    }

    @Test
    void allOrdersOfFourNumbersAreEquallyLikely() {
        int[] seen = new int[256];
        int keys = 24_000;
        for (int key = 0; key < keys; key++) {
            Permutation permutation = new Permutation(4, key);
            int order = 0;
            for (int place = 0; place < 4; place++) {
                order = 4 * order + (int) permutation.at(place);
            }
            seen[order]++;
        }
        int orders = 0;
        double sum = 0;
        for (int count : seen) {
            orders += count > 0 ? 1 : 0;
            sum += count > 0 ? (count - 1000.0) * (count - 1000.0) / 1000 : 0;
        }
        // A network over so few numbers is not perfectly even; what matters is that no order is missing or favoured
        // much.
        assertThat(orders).isEqualTo(24);
        assertThat(sum / keys).isLessThan(CHI_SQUARE_23 / 1000);
    }

    @Test
    void hugeSizesAreShuffledWithoutMemory() {
        long size = (1L << 40) + 12_345;
        Permutation permutation = new Permutation(size, 1);
        Set<Long> seen = new HashSet<>();
        for (long place = 0; place < 10_000; place++) {
            assertThat(permutation.at(place)).isBetween(0L, size - 1);
            seen.add(permutation.at(place));
        }
        assertThat(seen).hasSize(10_000);
    }

    @Test
    void placesOutsideAreRefused() {
        Permutation permutation = new Permutation(3, 1);

        assertThatThrownBy(() -> permutation.at(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> permutation.at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
