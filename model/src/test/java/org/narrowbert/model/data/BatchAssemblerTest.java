package org.narrowbert.model.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.model.tokenizer.Tokenizer;

class BatchAssemblerTest {
    private static final List<String> TOKENS =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "##a", "##b", "##c");

    @Test
    void batchesAreBlocksEndToEndWithTheirMaskedRows() {
        int[][] documents = new int[100][];
        Arrays.fill(documents, new int[] {2, 5, 6, 7, 3});
        BlockSampler blocks = new BlockSampler(TokenStream.of(documents), 10, 3, "training text");
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            Masker masker = new Masker(0.3, tokenizer.specialTokens(), TOKENS.size(), 4);
            BatchAssembler assembler = new BatchAssembler(blocks, masker, 4);
            for (int round = 0; round < 2; round++) {
                assembler.clear();
                assembler.add(7, 0, 0);
                assembler.add(2, 0, 1);
            }
            Batch batch = assembler.batch();

            assertThat(batch.extents().sequences()).isEqualTo(2);
            assertThat(batch.extents().tokens()).isEqualTo(20);
            assertThat(batch.extents().fits(BatchAssembler.limits(4, 10, masker)))
                    .isTrue();
            int[] original = new int[20];
            blocks.read(7, original, 0);
            blocks.read(2, original, 10);
            for (int row = 0; row < batch.narrow().count(); row++) {
                int token = batch.narrow().token(row);
                assertThat(token / 10).isEqualTo(row < batch.narrow().start(1) ? 0 : 1);
                assertThat(batch.labels()[row]).isEqualTo(original[token]);
                original[token] = batch.inputIds()[token];
            }
            assertThat(batch.inputIds()).startsWith(original);
            assertThat(batch.narrow().count()).isPositive();
        }
    }

    @Test
    void aBatchOfOnlySpecialTokensHasNoNarrowRow() {
        BlockSampler blocks = new BlockSampler(TokenStream.of(new int[] {2, 3, 2, 3}), 4, 3, "training text");
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            BatchAssembler assembler =
                    new BatchAssembler(blocks, new Masker(0.15, tokenizer.specialTokens(), TOKENS.size(), 4), 1);
            assembler.add(0, 0, 0);

            assertThat(assembler.batch().narrow().count()).isZero();
            assertThat(assembler.batch().extents().tokens()).isEqualTo(4);
        }
    }
}
