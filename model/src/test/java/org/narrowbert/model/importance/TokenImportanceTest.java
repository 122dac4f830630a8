package org.narrowbert.model.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

class TokenImportanceTest {
    private static final int PAD = 0;
    private static final int[] PROTECTED = {1, 2};

    @Test
    void theMostImportantHalfOfASequenceIsKept() {
        assertThat(keep(new float[] {0, 0, 0, 5, 7, 6, 4}, 0.5, 3, 4, 5, 6)).containsExactly(1, 2);
    }

    @Test
    void ofEquallyImportantTokensTheFirstAreKept() {
        assertThat(keep(new float[] {0, 0, 0, 5, 5, 5, 5}, 0.5, 6, 5, 4, 3, 3)).containsExactly(0, 1);
        assertThat(keep(new float[] {0, 0, 0, -0f, 0f}, 0.5, 3, 4)).containsExactly(0);
    }

    @Test
    void protectedTokensComeFirstButNeverRaiseTheNumber() {
        assertThat(keep(new float[] {0, -9, -9, 5, 6}, 0.5, 3, 1, 4, 2)).containsExactly(1, 3);
        assertThat(keep(new float[] {0, -9, -9, 5, 6}, 0.5, 2, 1, 2, 1, 4)).containsExactly(0, 1);
    }

    @Test
    void paddingIsNeverKept() {
        assertThat(keep(new float[] {99, 0, 0, 5}, 1, 0, 3, 0)).containsExactly(1);
        assertThat(keep(new float[] {99, 0, 0, 5}, 0.5, 0, 0)).isEmpty();
    }

    @Test
    void atLeastOneTokenOfASequenceIsKeptAndNoneOfAnEmptyOne() {
        TokenImportance importance = TokenImportance.untrained(10, 0.9, PROTECTED, PAD);
        Rows tokens = Rows.of(4, new int[] {0, 1, 1, 4, 7}, identity(7));
        Rows kept =
                importance.select(tokens, new int[] {3, 4, 5, 6, 7, 8, 9}, 0.1, Chance.NONE, new int[5], new int[7]);
        assertThat(IntStream.range(0, kept.count()).map(kept::token)).containsExactly(0, 1, 4);
        assertThat(IntStream.range(0, 4).map(kept::end)).containsExactly(1, 1, 2, 3);
    }

    @Test
    void randomBatchesKeepWhatAFullSortWouldKeep() {
        long seed = 20_260_103;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            int vocabulary = 3 + random.nextInt(200);
            float[] values = new float[vocabulary];
            for (int id = 0; id < vocabulary; id++) {
                values[id] = random.nextInt(40) / 4f - 3;
            }
            int[] ids = random.ints(random.nextInt(1_200), 1, vocabulary).toArray();
            double share = 1 - random.nextDouble();
            int most = Math.max(1, (int) Math.floor(share * ids.length));
            int[] expected = IntStream.range(0, ids.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer row) -> ids[row] <= 2 ? -99 : -values[ids[row]])
                            .thenComparing(Comparator.naturalOrder()))
                    .limit(most)
                    .mapToInt(row -> row)
                    .sorted()
                    .toArray();
            assertThat(keep(values, share, ids))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aPartOfTheKeptTokensIsTheMostImportantAndTheOthersAreFoundByChance() {
        float[] values = new float[110];
        int[] ids = new int[100];
        for (int row = 0; row < ids.length; row++) {
            ids[row] = 10 + row;
            values[10 + row] = -row; // the first rows are the most important
        }
        int[] times = new int[100];
        for (int step = 0; step < 2_000; step++) {
            int[] kept = keep(values, 0.4, Chance.of(0.3, 7, step, 0), ids);
            assertThat(kept).hasSize(40).isSorted().doesNotHaveDuplicates();
            assertThat(Arrays.copyOf(kept, 28)).isEqualTo(identity(28));
            Arrays.stream(kept).forEach(row -> times[row]++);
        }
        // 12 of 72 rows at 2,000 steps: 333 times each, give or take five standard deviations of 17.
        assertThat(Arrays.stream(times, 28, 100))
                .allSatisfy(count -> assertThat(count).isBetween(250, 417));
    }

    @Test
    void withAllLeftToChanceImportanceSaysNothingAndProtectedTokensStillComeFirst() {
        float[] falling = {0, 0, 0, 9, 8, 7, 6, 5};
        float[] rising = {0, 0, 0, 1, 2, 3, 4, 5};
        int[] ids = {3, 4, 1, 5, 6, 2, 7, 3};
        for (int step = 0; step < 50; step++) {
            Chance all = Chance.of(1, 3, step, 0);
            assertThat(keep(falling, 0.5, all, ids)).isEqualTo(keep(rising, 0.5, all, ids));
            assertThat(keep(falling, 0.5, all, ids)).hasSize(4).contains(2, 5);
            assertThat(keep(falling, 0.25, all, ids)).containsExactly(2, 5);
            assertThat(keep(falling, 0.125, all, ids)).containsExactly(2);
            assertThat(keep(falling, 1, Chance.of(0.5, 3, step, 0), 0, 3, 0, 1)).containsExactly(1, 3);
        }
    }

    @Test
    void whatChanceKeepsIsTheSameHoweverTheStepIsCutIntoMicroBatches() {
        Random random = new Random(11);
        int[] offsets = {0, 30, 31, 31, 60, 90};
        int[] ids = random.ints(90, 0, 40).toArray();
        float[] values = new float[40];
        for (int id = 0; id < 40; id++) {
            values[id] = random.nextInt(9);
        }
        TokenImportance importance = TokenImportance.of(values, 0.9, PROTECTED, PAD);
        int[] whole = select(importance, offsets, ids, Chance.of(0.5, 5, 6, 0));
        int[] cut = IntStream.range(0, 5)
                .flatMap(sequence -> {
                    int first = offsets[sequence];
                    int[] own = Arrays.copyOfRange(ids, first, offsets[sequence + 1]);
                    int[] kept = select(importance, new int[] {0, own.length}, own, Chance.of(0.5, 5, 6, first));
                    return Arrays.stream(kept).map(row -> first + row);
                })
                .toArray();
        assertThat(cut).isEqualTo(whole).hasSizeGreaterThan(40);
        assertThat(select(importance, offsets, ids, Chance.of(0.5, 5, 7, 0))).isNotEqualTo(whole);
        assertThat(select(importance, offsets, ids, Chance.of(0.5, 4, 6, 0))).isNotEqualTo(whole);
    }

    private static int[] select(TokenImportance importance, int[] offsets, int[] ids, Chance chance) {
        int[] kept = new int[ids.length];
        Rows tokens = Rows.of(offsets.length - 1, offsets, identity(ids.length));
        Rows rows = importance.select(tokens, ids, 0.5, chance, new int[offsets.length], kept);
        return Arrays.copyOf(kept, rows.count());
    }

    @Test
    void severalLossesOfOneIdInAStepAreOneUpdateByTheirMean() {
        TokenImportance importance = TokenImportance.untrained(5, 0.9, PROTECTED, PAD);
        try (Buffer buffer = Buffer.open(ElementType.FLOAT32, 3)) {
            Matrix losses = Matrix.dense(buffer, 0, 3, 1);
            losses.set(0, 0, 2);
            losses.set(1, 0, 4);
            losses.set(2, 0, 1);
            importance.record(new int[] {3, 3, 4, 99}, losses);
            importance.record(3, 6);
        }
        assertThat(importance.values()).as("before the step's end").containsOnly(10);
        importance.update();
        assertThat(importance.values()[3]).isCloseTo(9.4f, within(1e-6f));
        assertThat(importance.values()[4]).isCloseTo(9.1f, within(1e-6f));
        importance.update();
        assertThat(importance.values()[3]).as("losses count once").isCloseTo(9.4f, within(1e-6f));
    }

    @Test
    void protectedIdsAndPaddingKeepTheirImportance() {
        TokenImportance importance = TokenImportance.untrained(5, 0.9, PROTECTED, PAD);
        for (int id : new int[] {0, 1, 2}) {
            importance.record(id, 1);
        }
        importance.update();
        assertThat(importance.values()).containsOnly(TokenImportance.START);
    }

    @Test
    void anIdOutsideTheVocabularyIsNotTakenSilently() {
        TokenImportance importance = TokenImportance.untrained(5, 0.9, PROTECTED, PAD);
        assertThatThrownBy(() -> importance.record(5, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aSavedImportanceGoesOnWithTheSameBits() {
        TokenImportance one = TokenImportance.untrained(5, 0.995, PROTECTED, PAD);
        one.record(3, 0.123456789);
        one.update();
        TokenImportance two = TokenImportance.of(one.values(), 0.995, PROTECTED, PAD);
        for (TokenImportance importance : new TokenImportance[] {one, two}) {
            importance.record(3, Math.PI);
            importance.update();
        }
        assertThat(two.values()).containsExactly(one.values());
    }

    private static int[] keep(float[] values, double share, int... ids) {
        return keep(values, share, Chance.NONE, ids);
    }

    private static int[] keep(float[] values, double share, Chance chance, int... ids) {
        TokenImportance importance = TokenImportance.of(values, 0.9, PROTECTED, PAD);
        Rows tokens = Rows.of(1, new int[] {0, ids.length}, identity(ids.length));
        int[] kept = new int[ids.length];
        Rows rows = importance.select(tokens, ids, share, chance, new int[2], kept);
        return Arrays.copyOf(kept, rows.count());
    }

    private static int[] identity(int count) {
        return IntStream.range(0, count).toArray();
    }
}
