package org.narrowbert.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.RunError;

class BlockSamplerTest {
    @Test
    void theRemainderAfterTheLastWholeBlockIsDropped() {
        BlockSampler blocks =
                new BlockSampler(TokenStream.of(new int[] {2, 7, 8, 3, 2, 9, 3, 2, 5, 6, 3}), 4, 0, "text");
        int[] block = new int[4];

        assertThat(blocks.blocks()).isEqualTo(2);
        blocks.read(0, block, 0);
        assertThat(block).containsExactly(2, 7, 8, 3);
        blocks.read(1, block, 0);
        assertThat(block).containsExactly(2, 9, 3, 2);
    }

    @Test
    void fewerTokensThanABlockAreRefused() {
        TokenStream stream = TokenStream.of(new int[] {2, 7, 3});

        assertThatThrownBy(() -> new BlockSampler(stream, 4, 0, "validation text"))
                .isInstanceOf(RunError.class)
                .hasMessage("the validation text has 3 tokens, fewer than one block of 4: give more text or a smaller"
                        + " --max-seq-length");
    }

    @Test
    void anEpochGoesThroughEveryBlockOnceInItsOwnOrder() {
        BlockSampler blocks = new BlockSampler(TokenStream.of(new int[3000]), 3, 11, "text");

        long[] first = order(blocks, 0);
        assertThat(LongStream.of(first).sorted().toArray())
                .isEqualTo(LongStream.range(0, 1000).toArray());
        assertThat(order(blocks, 0)).isEqualTo(first);
        assertThat(order(blocks, 1)).isNotEqualTo(first);
        assertThat(order(new BlockSampler(TokenStream.of(new int[3000]), 3, 12, "text"), 0))
                .isNotEqualTo(first);
    }

    private static long[] order(BlockSampler blocks, long epoch) {
        return LongStream.range(0, blocks.blocks())
                .map(blocks.order(epoch)::block)
                .toArray();
    }
}
