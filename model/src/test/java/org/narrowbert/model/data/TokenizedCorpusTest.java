package org.narrowbert.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.model.tokenizer.Tokenizer;

class TokenizedCorpusTest {
    private static final List<String> TOKENS =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "##a", "##b", "##c");

    @TempDir
    Path folder;

    private TokenizedCorpus tokenize(String text, double share, long seed, int threads) throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), text);
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            return TokenizedCorpus.tokenize(
                    TextFiles.of(file), tokenizer, new TokenizedCorpus.Split(share, seed), threads, bytes -> {});
        }
    }

    private static int[] ids(TokenStream stream) {
        int[] ids = new int[Math.toIntExact(stream.size())];
        stream.copy(0, ids, 0, ids.length);
        return ids;
    }

    @Test
    void documentsAreJoinedWithClsAndSepAsInRunMlm() throws IOException {
        TokenizedCorpus corpus = tokenize("a b\nabc x\nc\n", 0, 1, 1);

        assertThat(ids(corpus.training())).containsExactly(2, 5, 6, 3, 2, 5, 9, 10, 1, 3, 2, 7, 3);
        assertThat(corpus.trainingDocuments()).isEqualTo(3);
        assertThat(corpus.validation().size()).isZero();
    }

    @Test
    void theSplitIsByWholeDocumentsAndTheSameForAnyNumberOfThreads() throws IOException {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, 60_000)
                .forEach(i -> text.append("a b c ".repeat(i % 5)).append("a\n"));
        TokenizedCorpus one = tokenize(text.toString(), 0.05, 7, 1);
        TokenizedCorpus three = tokenize(text.toString(), 0.05, 7, 3);
        TokenizedCorpus otherSeed = tokenize(text.toString(), 0.05, 8, 3);

        assertThat(one.validationDocuments() / 60_000.0).isCloseTo(0.05, within(0.005));
        assertThat(one.trainingDocuments() + one.validationDocuments()).isEqualTo(60_000);
        assertThat(ids(three.training())).isEqualTo(ids(one.training()));
        assertThat(ids(three.validation())).isEqualTo(ids(one.validation()));
        assertThat(ids(otherSeed.validation())).isNotEqualTo(ids(one.validation()));
        assertThat(IntStream.of(ids(one.validation())).filter(id -> id == 2).count())
                .isEqualTo(one.validationDocuments());
    }

    @Test
    void progressIsToldAndReachesTheCorpussSize() throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), "a b c\n".repeat(100_000));
        TextFiles source = TextFiles.of(file);
        List<Long> bytes = new ArrayList<>();
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            TokenizedCorpus.tokenize(source, tokenizer, new TokenizedCorpus.Split(0, 1), 2, bytes::add);
        }
        assertThat(bytes).isSorted().hasSizeGreaterThan(2).endsWith(source.bytes());
    }

    @Test
    void anUnreadableTextEndsWithItsSentence() throws IOException {
        assertThatThrownBy(() -> tokenize("a b\nc\u0000\n", 0, 1, 2))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("byte 5 is NUL");
        assertThatThrownBy(() -> tokenize("a", 1, 1, 1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("100.0%");
    }

    @Test
    void batchesAreBlocksEndToEndWithTheirMaskedRows() throws IOException {
        TokenizedCorpus corpus = tokenize("a b c\n".repeat(100), 0, 1, 1);
        BlockSampler blocks = new BlockSampler(corpus.training(), 10, 3, "training text");
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
        BlockSampler blocks = new BlockSampler(TokenStream.of(11, 2, 3, 2, 3), 4, 3, "training text");
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            BatchAssembler assembler =
                    new BatchAssembler(blocks, new Masker(0.15, tokenizer.specialTokens(), TOKENS.size(), 4), 1);
            assembler.add(0, 0, 0);

            assertThat(assembler.batch().narrow().count()).isZero();
            assertThat(assembler.batch().extents().tokens()).isEqualTo(4);
        }
    }
}
