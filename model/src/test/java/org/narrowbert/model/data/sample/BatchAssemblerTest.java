package org.narrowbert.model.data.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.data.corpus.TokenStream;
import org.narrowbert.model.tokenizer.Tokenizer;

class BatchAssemblerTest {
    private static final List<String> TOKENS =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "##a", "##b", "##c");

    @Test
    void batchesAreBlocksEndToEndWithTheirMaskedRows() {
        int[][] documents = new int[100][];
        Arrays.fill(documents, new int[] {2, 5, 6, 7, 3});
        BlockSamples blocks = new BlockSamples(TokenStream.of(documents), 10, "training text");
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
            assertThat(batch.extents().fits(BatchAssembler.limits(4, blocks, masker)))
                    .isTrue();
            int[] original = new int[20];
            blocks.read(7, original, 0, new int[1], 0);
            blocks.read(2, original, 10, new int[1], 0);
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
        BlockSamples blocks = new BlockSamples(TokenStream.of(new int[] {2, 3, 2, 3}), 4, "training text");
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            BatchAssembler assembler =
                    new BatchAssembler(blocks, new Masker(0.15, tokenizer.specialTokens(), TOKENS.size(), 4), 1);
            assembler.add(0, 0, 0);

            assertThat(assembler.batch().narrow().count()).isZero();
            assertThat(assembler.batch().extents().tokens()).isEqualTo(4);
        }
    }

    @Test
    void packedDocumentsAreSequencesWithTheirOwnMaskedRowsAndTheLimitsAreReachedExactly() {
        int[][] documents = {{2, 5, 6, 3}, {2, 5, 3}, {2, 6, 3}, {2, 5, 6, 7, 5, 6, 7, 5, 6, 7, 5, 6, 3}, {2, 3}};
        PackedSamples packs = new PackedSamples(TokenStream.of(documents), 10, "text");
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            Masker masker = new Masker(1, tokenizer.specialTokens(), TOKENS.size(), 4);
            BatchAssembler assembler = new BatchAssembler(packs, masker, 3);
            assembler.add(0, 0, 0);
            assembler.add(1, 0, 1);
            assembler.add(2, 0, 2);
            Batch batch = assembler.batch();

            assertThat(batch.extents().sequences()).isEqualTo(5);
            assertThat(batch.extents().tokens()).isEqualTo(10 + 10 + 2);
            assertThat(batch.extents().fits(BatchAssembler.limits(3, packs, masker)))
                    .isTrue();
            assertThat(rows(batch.tokens())).containsExactly(0, 4, 7, 10, 20, 22);
            assertThat(rows(batch.narrow())).containsExactly(0, 2, 3, 4, 12, 12);
            assertThat(Arrays.copyOf(batch.labels(), 12)).containsExactly(5, 6, 5, 6, 5, 6, 7, 5, 6, 7, 5, 6);
        }
    }

    private static int[] rows(Rows rows) {
        return IntStream.rangeClosed(0, rows.sequences()).map(rows::start).toArray();
    }

    @Test
    void everyBatchOfEveryKindStaysWithinItsLimits() {
        Random random = new Random(11);
        int[][] documents = new int[500][];
        for (int i = 0; i < documents.length; i++) {
            documents[i] = IntStream.concat(
                            IntStream.of(2), IntStream.concat(random.ints(random.nextInt(60), 5, 11), IntStream.of(3)))
                    .toArray();
        }
        TokenStream stream = TokenStream.of(documents);
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            Masker tokens = new Masker(0.2, tokenizer.specialTokens(), TOKENS.size(), 4);
            for (Masking masking : List.of(tokens, WholeWordMasker.of(tokens, tokenizer))) {
                for (Samples samples : List.of(
                        new BlockSamples(stream, 40, "text"),
                        new DocumentSamples(stream, 40, "text"),
                        new PackedSamples(stream, 40, "text"))) {
                    BatchAssembler assembler = new BatchAssembler(samples, masking, 3);
                    Extents limits = BatchAssembler.limits(3, samples, masking);
                    for (long sample = 0; sample + 3 <= samples.count(); sample++) {
                        assembler.clear();
                        for (int i = 0; i < 3; i++) {
                            assembler.add(sample + i, 0, sample + i);
                        }
                        Batch batch = assembler.batch();
                        assertThat(batch.extents().fits(limits)).isTrue();
                        for (int row = 0; row < batch.narrow().count(); row++) {
                            assertThat(batch.labels()[row]).isGreaterThan(4);
                        }
                    }
                }
            }
        }
    }
}
