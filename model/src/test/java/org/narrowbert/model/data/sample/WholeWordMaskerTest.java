package org.narrowbert.model.data.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.narrowbert.model.tokenizer.SpecialTokens;
import org.narrowbert.model.tokenizer.Tokenizer;

class WholeWordMaskerTest {
    private static final int LENGTH = 128;
    private static final int VOCABULARY = 1000;

    /** Ids from here on are pieces that go on a word. */
    private static final int PIECES = 500;

    private static final int SEEDS = 20;

    /** The 99.9% point of chi-square with 20 degrees of freedom. */
    private static final double CHI_SQUARE_20 = 45.3;

    private static final List<String> TOKENS = Stream.concat(
                    Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
                    IntStream.range(5, VOCABULARY).mapToObj(i -> i < PIECES ? "a" + i : "##a" + i))
            .toList();

    private final int[] ids = new int[LENGTH];
    private final int[] positions = new int[LENGTH];
    private final int[] labels = new int[LENGTH];

    private static WholeWordMasker masker(double probability, long seed) {
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            SpecialTokens special = tokenizer.specialTokens();
            return WholeWordMasker.of(new Masker(probability, special, VOCABULARY, seed), tokenizer);
        }
    }

    /** Text with the lengths of words that English has: three in four words are one piece. */
    private int[] text(long index) {
        Random random = new Random(index);
        for (int i = 0; i < LENGTH; i++) {
            boolean goesOn = i % 40 != 0 && i % 40 != 39 && random.nextDouble() < 0.25;
            ids[i] = i % 40 == 0
                    ? 2
                    : i % 40 == 39 ? 3 : goesOn ? PIECES + random.nextInt(500) : 5 + random.nextInt(PIECES - 5);
        }
        return ids.clone();
    }

    @Test
    void aWordIsMaskedWholeOrNotAtAllAndNothingSpecialIs() {
        WholeWordMasker masker = masker(0.15, 9);
        for (long index = 0; index < 2_000; index++) {
            int[] text = text(index);
            int count = masker.mask(ids, 0, LENGTH, 0, index, positions, labels, 0);
            boolean[] chosen = new boolean[LENGTH];
            for (int i = 0; i < count; i++) {
                chosen[positions[i]] = true;
                assertThat(labels[i]).isEqualTo(text[positions[i]]).isGreaterThanOrEqualTo(5);
                assertThat(i == 0 || positions[i] > positions[i - 1]).isTrue();
            }
            for (int i = 1; i < LENGTH; i++) {
                boolean goesOn = text[i] >= PIECES && text[i - 1] >= 5;
                assertThat(!goesOn || chosen[i] == chosen[i - 1])
                        .as("place %d of block %d", i, index)
                        .isTrue();
                assertThat(chosen[i] || ids[i] == text[i]).isTrue();
            }
            assertThat(count).isLessThanOrEqualTo(masker.maximum(LENGTH));
        }
    }

    @Test
    void theShareIsRightOverAMillionTokensAndSoIsWhatReplacesThem() {
        double masks = 0;
        double keeps = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            WholeWordMasker masker = masker(0.15, seed);
            long maskable = 0;
            long chosen = 0;
            long masked = 0;
            long kept = 0;
            for (long index = 0; maskable < 1_000_000; index++) {
                for (int id : text(index)) {
                    maskable += id >= 5 ? 1 : 0;
                }
                int count = masker.mask(ids, 0, LENGTH, 0, index, positions, labels, 0);
                chosen += count;
                for (int i = 0; i < count; i++) {
                    masked += ids[positions[i]] == 4 ? 1 : 0;
                    kept += ids[positions[i]] == labels[i] ? 1 : 0;
                }
            }
            assertThat(chosen / (double) maskable).isCloseTo(0.15, within(0.002 * 0.15));
            double hidden = 0.1 / VOCABULARY;
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
    void aBlockThatBeginsWithinAWordBeginsWithTheRestOfIt() {
        int[] block = {600, 601, 7, 2, 602, 603, 1, 604};
        WholeWordMasker masker = masker(1, 3);
        assertThat(masker.mask(block, 0, 8, 0, 0, positions, labels, 0)).isEqualTo(7);
        assertThat(Arrays.copyOf(positions, 7)).containsExactly(0, 1, 2, 4, 5, 6, 7);
        assertThat(Arrays.copyOf(labels, 7)).containsExactly(600, 601, 7, 602, 603, 1, 604);
    }

    @Test
    void aWordTooLongForTheBoundIsNeverChosenAndNothingToMaskIsNoProblem() {
        int[] word = IntStream.range(0, 20).map(i -> i == 0 ? 5 : 600).toArray();
        WholeWordMasker masker = masker(0.15, 3);
        for (long index = 0; index < 100; index++) {
            assertThat(masker.mask(word, 0, 20, 0, index, positions, labels, 0)).isZero();
        }
        assertThat(masker.mask(new int[] {2, 3, 4}, 0, 3, 0, 0, positions, labels, 0))
                .isZero();
    }

    @Test
    void theSameSampleIsMaskedTheSameWhereverItLiesAndAnotherEpochDifferently() {
        WholeWordMasker masker = masker(0.15, 5);
        int[] text = text(1);
        int count = masker.mask(ids, 0, LENGTH, 1, 77, positions, labels, 0);
        int[] first = ids.clone();
        int[] longer = new int[2 * LENGTH];
        System.arraycopy(text, 0, longer, LENGTH, LENGTH);
        assertThat(masker(0.15, 5).mask(longer, LENGTH, LENGTH, 1, 77, positions, labels, 0))
                .isEqualTo(count);
        assertThat(Arrays.copyOfRange(longer, LENGTH, 2 * LENGTH)).isEqualTo(first);
        System.arraycopy(text, 0, longer, 0, LENGTH);
        masker.mask(longer, 0, LENGTH, 2, 77, positions, labels, 0);
        assertThat(Arrays.copyOf(longer, LENGTH)).isNotEqualTo(first);
    }
}
