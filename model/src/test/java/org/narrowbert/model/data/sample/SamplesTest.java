package org.narrowbert.model.data.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.corpus.TokenStream;

class SamplesTest {
    private static final TokenStream NOTHING = TokenStream.of();

    /** The sequences of a sample. */
    private static List<int[]> read(Samples samples, long sample) {
        int[] ids = new int[samples.longest() + 3];
        int[] ends = new int[samples.sequences() + 1];
        int count = samples.read(sample, ids, 3, ends, 1);
        List<int[]> sequences = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sequences.add(Arrays.copyOfRange(ids, i == 0 ? 3 : ends[i], ends[i + 1]));
        }
        return sequences;
    }

    @Test
    void theRemainderAfterTheLastWholeBlockIsDropped() {
        Samples blocks =
                new BlockSamples(TokenStream.of(new int[] {2, 7, 8, 3, 2, 9, 3}, new int[] {2, 5, 6, 3}), 4, "text");

        assertThat(blocks.count()).isEqualTo(2);
        assertThat(read(blocks, 0)).containsExactly(new int[] {2, 7, 8, 3});
        assertThat(read(blocks, 1)).containsExactly(new int[] {2, 9, 3, 2});
        assertThat(blocks.description()).isEqualTo("blocks of 4 tokens");
    }

    @Test
    void tooLittleTextIsRefused() {
        TokenStream stream = TokenStream.of(new int[] {2, 7, 3});

        assertThatThrownBy(() -> new BlockSamples(stream, 4, "validation text"))
                .isInstanceOf(RunError.class)
                .hasMessage("the validation text has 3 tokens, fewer than one block of 4: give more text or a smaller"
                        + " --max-seq-length");
        assertThatThrownBy(() -> new DocumentSamples(NOTHING, 4, "validation text"))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("the validation text has no document");
        assertThatThrownBy(() -> new PackedSamples(NOTHING, 4, "validation text"))
                .isInstanceOf(RunError.class);
    }

    @Test
    void documentsAreSamplesOfTheirOwnLengthAndLongOnesEndInTheirSep() {
        TokenStream stream = TokenStream.of(new int[] {2, 7, 3}, new int[] {2, 3}, new int[] {2, 5, 6, 7, 8, 9, 3});
        Samples documents = new DocumentSamples(stream, 5, "text");

        assertThat(documents.count()).isEqualTo(3);
        assertThat(documents.longest()).isEqualTo(5);
        assertThat(read(documents, 0)).containsExactly(new int[] {2, 7, 3});
        assertThat(read(documents, 1)).containsExactly(new int[] {2, 3});
        assertThat(read(documents, 2)).containsExactly(new int[] {2, 5, 6, 7, 3});
        assertThat(documents.description())
                .isEqualTo("documents of at most 5 tokens (2 of 12 tokens lie beyond and are left out)");
        assertThat(new DocumentSamples(stream, 512, "text").longest()).isEqualTo(7);
        assertThat(new DocumentSamples(stream, 512, "text").description()).isEqualTo("documents of at most 7 tokens");
    }

    @Test
    void documentsArePackedInTheirOrderAndNeverSplit() {
        TokenStream stream = TokenStream.of(
                new int[] {2, 7, 3}, new int[] {2, 3}, new int[] {2, 5, 3}, new int[] {2, 5, 6, 7, 8, 9, 3}, new int[] {
                    2, 3
                });
        Samples packs = new PackedSamples(stream, 5, "text");

        assertThat(packs.count()).isEqualTo(4);
        assertThat(packs.sequences()).isEqualTo(2);
        assertThat(packs.longest()).isEqualTo(5);
        assertThat(read(packs, 0)).containsExactly(new int[] {2, 7, 3}, new int[] {2, 3});
        assertThat(read(packs, 1)).containsExactly(new int[] {2, 5, 3});
        assertThat(read(packs, 2)).containsExactly(new int[] {2, 5, 6, 7, 3});
        assertThat(read(packs, 3)).containsExactly(new int[] {2, 3});
    }

    @Test
    void manyPacksFoundInAnyOrderAreThoseOfOneGreedyPass() {
        Random random = new Random(5);
        int[][] documents = new int[20_000][];
        for (int i = 0; i < documents.length; i++) {
            // Now and then a long stretch of the shortest documents, so that a pack has many of them.
            int size = i / 1000 % 3 == 0 ? 2 : 2 + random.nextInt(90);
            documents[i] =
                    IntStream.range(0, size).map(j -> random.nextInt(1000)).toArray();
        }
        Samples packs = new PackedSamples(TokenStream.of(documents), 64, "text");
        List<List<int[]>> expected = new ArrayList<>();
        int tokens = 65;
        for (int[] document : documents) {
            int[] cut = Arrays.copyOf(document, Math.min(64, document.length));
            cut[cut.length - 1] = document[document.length - 1];
            if (tokens + cut.length > 64) {
                expected.add(new ArrayList<>());
                tokens = 0;
            }
            expected.getLast().add(cut);
            tokens += cut.length;
        }

        assertThat(packs.count()).isEqualTo(expected.size());
        assertThat(packs.sequences()).isEqualTo(32);
        SampleOrder order = new SampleOrder(packs.count(), 1);
        for (long place = 0; place < packs.count(); place++) {
            long pack = order.sample(0, place);
            assertThat(read(packs, pack))
                    .usingElementComparator(Arrays::compare)
                    .isEqualTo(expected.get((int) pack));
        }
    }

    @Test
    void anEpochGoesThroughEverySampleOnceInItsOwnOrder() {
        long[] first = order(new SampleOrder(1000, 11), 0);

        assertThat(LongStream.of(first).sorted().toArray())
                .isEqualTo(LongStream.range(0, 1000).toArray());
        assertThat(order(new SampleOrder(1000, 11), 0)).isEqualTo(first);
        assertThat(order(new SampleOrder(1000, 11), 1)).isNotEqualTo(first);
        assertThat(order(new SampleOrder(1000, 12), 0)).isNotEqualTo(first);
        // Runs that were begun before must go on in their order.
        assertThat(first).startsWith(979, 168, 518, 907, 97, 201);
    }

    private static long[] order(SampleOrder order, long epoch) {
        return LongStream.range(0, order.count())
                .map(place -> order.sample(epoch, place))
                .toArray();
    }
}
