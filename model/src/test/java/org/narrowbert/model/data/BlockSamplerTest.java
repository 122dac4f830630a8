package org.narrowbert.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.RunError;

class BlockSamplerTest {
    @Test
    void theRemainderAfterTheLastWholeBlockIsDropped() {
        BlockSampler blocks = new BlockSampler(TokenStream.of(100, 2, 7, 8, 3, 2, 9, 3, 2, 5, 6, 3), 4, 0, "text");
        int[] block = new int[4];

        assertThat(blocks.blocks()).isEqualTo(2);
        blocks.read(0, block, 0);
        assertThat(block).containsExactly(2, 7, 8, 3);
        blocks.read(1, block, 0);
        assertThat(block).containsExactly(2, 9, 3, 2);
    }

    @Test
    void fewerTokensThanABlockAreRefused() {
        TokenStream stream = TokenStream.of(100, 2, 7, 3);

        assertThatThrownBy(() -> new BlockSampler(stream, 4, 0, "validation text"))
                .isInstanceOf(RunError.class)
                .hasMessage("the validation text has 3 tokens, fewer than one block of 4: give more text or a smaller"
                        + " --max-seq-length");
    }

    @Test
    void idsBeyondSixteenBitsAndBeyondOneChunkAreKept() {
        int[] ids = IntStream.range(0, 1_100_000).map(i -> i % 100_000).toArray();
        for (int vocabulary : new int[] {100_000, 65_536}) {
            TokenStream stream = TokenStream.of(vocabulary, ids);
            int[] read = new int[200_000];
            stream.copy(900_000, read, 0, read.length);
            for (int i = 0; i < read.length; i++) {
                int expected = ids[900_000 + i];
                assertThat(read[i]).isEqualTo(vocabulary == 100_000 ? expected : expected & 0xFFFF);
            }
        }
    }

    @Test
    void anEpochGoesThroughEveryBlockOnceInItsOwnOrder() {
        BlockSampler blocks = new BlockSampler(TokenStream.of(100, new int[3000]), 3, 11, "text");

        long[] first = order(blocks, 0);
        assertThat(LongStream.of(first).sorted().toArray())
                .isEqualTo(LongStream.range(0, 1000).toArray());
        assertThat(order(blocks, 0)).isEqualTo(first);
        assertThat(order(blocks, 1)).isNotEqualTo(first);
        assertThat(order(new BlockSampler(TokenStream.of(100, new int[3000]), 3, 12, "text"), 0))
                .isNotEqualTo(first);
    }

    private static long[] order(BlockSampler blocks, long epoch) {
        return LongStream.range(0, blocks.blocks())
                .map(blocks.order(epoch)::block)
                .toArray();
    }
}
