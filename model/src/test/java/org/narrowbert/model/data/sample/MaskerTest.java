package org.narrowbert.model.data.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.tokenizer.SpecialTokens;

class MaskerTest {
    private static final int VOCABULARY = 1000;
    private static final int LENGTH = 128;
    private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, 4);

    private static final int SEEDS = 20;

    /** A million tokens. */
    private static final long BLOCKS = 8_334;

    /** The 99.9% point of chi-square with 20 degrees of freedom. */
    private static final double CHI_SQUARE_20 = 45.3;

    /** The 99.99% point of chi-square with 119 degrees of freedom. */
    private static final double CHI_SQUARE_119 = 183;

    private final int[] ids = new int[LENGTH];
    private final int[] positions = new int[LENGTH];
    private final int[] labels = new int[LENGTH];

    /** A block of which every 16th token is special; the others are ids from 10 on. */
    private int mask(Masker masker, long epoch, long index) {
        for (int i = 0; i < LENGTH; i++) {
            ids[i] = i % 16 == 0 ? new int[] {0, 2, 3, 4}[i / 16 % 4] : 10 + i;
        }
        return masker.mask(ids, 0, LENGTH, epoch, index, positions, labels, 0);
    }

    @Test
    void fifteenPercentAreChosenAndEightyTenTenOfThemAreReplaced() {
        double masks = 0;
        double keeps = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Masker masker = new Masker(0.15, SPECIAL, VOCABULARY, seed);
            long chosen = 0;
            long masked = 0;
            long kept = 0;
            for (long index = 0; index < BLOCKS; index++) {
                int count = mask(masker, index % 3, index);
                chosen += count;
                for (int i = 0; i < count; i++) {
                    masked += ids[positions[i]] == SPECIAL.mask() ? 1 : 0;
                    kept += ids[positions[i]] == labels[i] ? 1 : 0;
                }
            }
            // A random replacement is [MASK] or the token itself once in a thousand.
            double hidden = 0.1 / VOCABULARY;
            assertThat(chosen / (120.0 * BLOCKS)).isCloseTo(0.15, within(0.002 * 0.15));
            masks += chiSquare(masked, chosen, 0.8 + hidden);
            keeps += chiSquare(kept, chosen, 0.1 + hidden);
        }
        assertThat(masks).isLessThan(CHI_SQUARE_20);
        assertThat(keeps).isLessThan(CHI_SQUARE_20);
    }

    private static double chiSquare(double seen, double of, double probability) {
        double expected = of * probability;
        return (seen - expected) * (seen - expected) / expected / (1 - probability);
    }

    @Test
    void everyMaskablePositionIsEquallyLikelyOverSeeds() {
        int[] seen = new int[LENGTH];
        int rounds = 20_000;
        for (int seed = 0; seed < rounds; seed++) {
            int count = mask(new Masker(0.15, SPECIAL, VOCABULARY, seed), 0, 0);
            for (int i = 0; i < count; i++) {
                seen[positions[i]]++;
            }
        }
        double expected = rounds * 0.15;
        double sum = 0;
        for (int i = 0; i < LENGTH; i++) {
            sum += i % 16 == 0 ? 0 : (seen[i] - expected) * (seen[i] - expected) / expected;
        }
        assertThat(sum).isLessThan(CHI_SQUARE_119);
    }

    @Test
    void randomReplacementsAreUniformOverTheVocabulary() {
        int[] seen = new int[120];
        Masker masker = new Masker(1, SPECIAL, seen.length, 7);
        long count = 0;
        for (long index = 0; index < 2000; index++) {
            int chosen = mask(masker, 0, index);
            for (int i = 0; i < chosen; i++) {
                int id = ids[positions[i]];
                if (id != SPECIAL.mask() && id != labels[i]) {
                    seen[id]++;
                    count++;
                }
            }
        }
        double sum = 0;
        for (int id = 0; id < seen.length; id++) {
            // [MASK] is not counted, and of the ids that stand in the block the share that replaced itself is not
            // either.
            double expected = count / (seen.length - 1.0);
            sum += id == SPECIAL.mask() ? 0 : (seen[id] - expected) * (seen[id] - expected) / expected;
        }
        assertThat(sum).isLessThan(CHI_SQUARE_119);
    }

    @Test
    void specialTokensAreNeverChosenAndUnknownWordsAre() {
        Masker masker = new Masker(1, SPECIAL, VOCABULARY, 1);
        int chosen = mask(masker, 0, 0);
        assertThat(chosen).isEqualTo(120);
        assertThat(Arrays.stream(positions, 0, chosen)).noneMatch(position -> position % 16 == 0);

        int[] unknown = {2, 1, 3};
        assertThat(masker.mask(unknown, 0, 3, 0, 0, positions, labels, 0)).isEqualTo(1);
        assertThat(positions[0]).isEqualTo(1);
        assertThat(labels[0]).isEqualTo(1);
    }

    @Test
    void aBlockOfSpecialTokensHasNothingToMask() {
        int[] block = {2, 3, 0, 4, 2, 3};

        assertThat(new Masker(0.15, SPECIAL, VOCABULARY, 1).mask(block, 0, 6, 0, 0, positions, labels, 0))
                .isZero();
        assertThat(block).containsExactly(2, 3, 0, 4, 2, 3);
    }

    @Test
    void theNumberChosenIsBoundedAndPositionsAscendWithTheirLabels() {
        Masker masker = new Masker(0.15, SPECIAL, VOCABULARY, 3);
        for (long index = 0; index < 1000; index++) {
            int count = mask(masker, 0, index);
            assertThat(count).isBetween(18, masker.maximum(120)).isLessThanOrEqualTo(masker.maximum(LENGTH));
            for (int i = 0; i < count; i++) {
                assertThat(labels[i]).isEqualTo(10 + positions[i]);
                assertThat(i == 0 || positions[i - 1] < positions[i]).isTrue();
            }
        }
    }

    @Test
    void maximumIsTheCeilingOfTheShare() {
        Masker masker = new Masker(0.15, SPECIAL, VOCABULARY, 3);

        assertThat(masker.maximum(512)).isEqualTo(77);
        assertThat(masker.maximum(128)).isEqualTo(20);
        assertThat(masker.maximum(1)).isEqualTo(1);
        assertThat(masker.maximum(0)).isZero();
        assertThat(new Masker(1, SPECIAL, VOCABULARY, 3).maximum(7)).isEqualTo(7);
    }

    @Test
    void theSameSampleIsMaskedTheSameWhereverItLiesAndAnotherEpochDifferently() {
        Masker masker = new Masker(0.15, SPECIAL, VOCABULARY, 5);
        int count = mask(masker, 1, 77);
        int[] first = ids.clone();
        int[] firstPositions = Arrays.copyOf(positions, count);

        int[] longer = new int[2 * LENGTH];
        mask(new Masker(0.15, SPECIAL, VOCABULARY, 5), 2, 77);
        assertThat(Arrays.copyOf(positions, count)).isNotEqualTo(firstPositions);
        for (int i = 0; i < LENGTH; i++) {
            longer[LENGTH + i] = i % 16 == 0 ? new int[] {0, 2, 3, 4}[i / 16 % 4] : 10 + i;
        }
        assertThat(masker.mask(longer, LENGTH, LENGTH, 1, 77, positions, labels, 0))
                .isEqualTo(count);
        assertThat(Arrays.copyOfRange(longer, LENGTH, 2 * LENGTH)).isEqualTo(first);
        assertThat(Arrays.stream(positions, 0, count).map(position -> position - LENGTH))
                .containsExactly(box(firstPositions));
    }

    private static Integer[] box(int[] numbers) {
        return Arrays.stream(numbers).boxed().toArray(Integer[]::new);
    }

    @Test
    void runsThatWereBegunBeforeGoOnWithTheirMasks() {
        Masker masker = new Masker(0.15, SPECIAL, VOCABULARY, 42);
        long hash = 17;
        for (int epoch = 0; epoch < 3; epoch++) {
            for (int index = 0; index < 500; index++) {
                for (int i = 0; i < LENGTH; i++) {
                    ids[i] = (i * 37 + index * 11) % VOCABULARY;
                }
                int count = masker.mask(ids, 0, LENGTH, epoch, index, positions, labels, 0);
                hash = hash * 31 + count;
                hash = hash * 31 + Arrays.hashCode(ids);
                hash = hash * 31 + Arrays.hashCode(Arrays.copyOf(positions, count));
                hash = hash * 31 + Arrays.hashCode(Arrays.copyOf(labels, count));
            }
        }
        assertThat(hash).isEqualTo(-3779291203155830620L);
    }

    @Test
    void impossibleProbabilitiesAreRefused() {
        for (double probability : new double[] {0, -0.1, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> new Masker(probability, SPECIAL, VOCABULARY, 0))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(String.valueOf(probability));
        }
    }
}
