package org.narrowbert.model.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.model.data.text.TextFiles;
import org.narrowbert.model.tokenizer.Tokenizer;

class TokenStatisticsTest {
    @TempDir
    Path folder;

    @Test
    void lengthsAndTokensAreCounted() {
        TokenStatistics statistics = TokenStatistics.of(
                TokenStream.of(new int[] {2, 5, 6, 3}, new int[] {2, 5, 5, 5, 3}, new int[] {2, 3}, new int[] {
                    2, 6, 6, 5, 6, 5, 6, 5, 3
                }),
                10,
                tokens -> {});

        assertThat(statistics.documents()).isEqualTo(4);
        assertThat(statistics.tokens()).isEqualTo(20);
        assertThat(statistics.count(5)).isEqualTo(7);
        assertThat(statistics.mostFrequent(3)).containsExactly(5, 6, 2);
        assertThat(statistics.mostFrequent(100)).containsExactly(5, 6, 2, 3);
        assertThat(List.of(0.0, 0.25, 0.26, 0.5, 0.75, 0.76, 1.0).stream().map(statistics::quantile))
                .containsExactly(2, 2, 4, 4, 5, 9, 9);
        assertThat(statistics.histogram())
                .containsExactly(
                        new TokenStatistics.Bin(2, 3, 1),
                        new TokenStatistics.Bin(4, 7, 2),
                        new TokenStatistics.Bin(8, 15, 1));
    }

    @Test
    void greatLengthsAreCountedToo() {
        TokenStatistics statistics = TokenStatistics.of(
                TokenStream.of(new int[100_000], new int[3], new int[300_000], new int[65_536], new int[65_535]),
                1,
                tokens -> {});

        assertThat(List.of(0.2, 0.4, 0.6, 0.8, 1.0).stream().map(statistics::quantile))
                .containsExactly(3, 65_535, 65_536, 100_000, 300_000);
        assertThat(statistics.histogram().stream()
                        .mapToLong(TokenStatistics.Bin::documents)
                        .sum())
                .isEqualTo(5);
        assertThat(statistics.histogram()).endsWith(new TokenStatistics.Bin(262_144, 524_287, 1));
    }

    @Test
    void aTextIsCountedAsItWouldBePrepared() throws IOException {
        List<String> tokens = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b");
        Path file = Files.writeString(folder.resolve("a.txt"), "a b a\nx\n");
        try (Tokenizer tokenizer = Tokenizer.open(tokens, true)) {
            TokenStatistics statistics =
                    TokenStatistics.of(TextFiles.of(file), tokenizer, 2, bytes -> {}, notice -> {});
            assertThat(statistics.documents()).isEqualTo(2);
            assertThat(statistics.tokens()).isEqualTo(8);
            assertThat(statistics.count(1)).isEqualTo(1);
        }
    }

    @Test
    void nothingHasNoLengths() {
        TokenStatistics statistics = TokenStatistics.of(TokenStream.of(), 10, tokens -> {});

        assertThat(statistics.quantile(0.5)).isZero();
        assertThat(statistics.histogram()).isEmpty();
        assertThat(statistics.mostFrequent(5)).isEmpty();
    }
}
