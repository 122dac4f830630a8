package org.narrowbert.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.error.RunError;
import tools.jackson.databind.JsonNode;

class TokenizerTest {
    private static final List<String> TOKENS = List.of(
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "the", "cat", "##s", "!", "é",
            "The");

    @TempDir
    Path folder;

    @Test
    void wordsAreCutIntoTheLongestPiecesAndUnknownOnesAreUnk() {
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            int[] ids = tokenizer.encode("Unaffable THE cats! dog");

            assertThat(ids).containsExactly(5, 6, 7, 8, 9, 10, 11, 1);
            assertThat(tokenizer.tokens(ids))
                    .containsExactly("un", "##aff", "##able", "the", "cat", "##s", "!", "[UNK]");
            assertThat(tokenizer.decode(ids)).isEqualTo("unaffable the cats! [UNK]");
            assertThat(tokenizer.decode(ids, true)).isEqualTo("unaffable the cats!");
            assertThat(tokenizer.encodeBatch(List.of("the", ""))).containsExactly(new int[] {8}, new int[0]);
        }
    }

    @Test
    void maskInATextIsTheMaskToken() {
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            assertThat(tokenizer.encode("the [MASK]!")).containsExactly(8, 4, 11);
            assertThat(tokenizer.specialTokens()).isEqualTo(new SpecialTokens(0, 1, 2, 3, 4));
            assertThat(tokenizer.id("cat")).contains(9);
            assertThat(tokenizer.id("dog")).isEmpty();
        }
    }

    @Test
    void aSavedTokenizerIsReadAgainTheSame() throws IOException {
        for (boolean lowercase : new boolean[] {true, false}) {
            try (Tokenizer tokenizer = Tokenizer.open(TOKENS, lowercase)) {
                TokenizerFiles.write(folder, tokenizer, 512);
                for (Path path : List.of(folder, folder.resolve("tokenizer.json"), folder.resolve("vocab.txt"))) {
                    try (Tokenizer again = Tokenizer.open(path)) {
                        assertThat(again.json()).isEqualTo(tokenizer.json());
                        assertThat(again.vocabulary()).isEqualTo(TOKENS);
                        assertThat(again.lowercase()).isEqualTo(lowercase);
                        assertThat(again.encode("The cats é [MASK]")).isEqualTo(tokenizer.encode("The cats é [MASK]"));
                    }
                }
            }
        }
        JsonNode config = TokenizerJson.MAPPER.readTree(
                folder.resolve("tokenizer_config.json").toFile());
        assertThat(config.path("model_max_length").asInt()).isEqualTo(512);
        assertThat(config.path("do_lower_case").asBoolean()).isFalse();
        assertThat(Files.readString(folder.resolve("special_tokens_map.json"))).contains("\"mask_token\" : \"[MASK]\"");
    }

    @Test
    void longTextsWithoutBlanksAreCutBetweenWordsOnly() {
        List<String> tokens =
                Stream.concat(TOKENS.stream(), Stream.of(",", "\u6587")).toList();
        try (Tokenizer tokenizer = Tokenizer.open(tokens, true)) {
            assertThat(tokenizer.encode("unaffable,".repeat(30_000))).isEqualTo(repeated(30_000, 5, 6, 7, 14));
            assertThat(tokenizer.encode("\u6587".repeat(100_000))).isEqualTo(repeated(100_000, 15));
            assertThat(tokenizer.encode("x".repeat(200_000) + "!")).containsExactly(1, 11);
            assertThat(tokenizer.encode("x".repeat(2_500_000))).containsOnly(1).hasSizeLessThan(4);
        }
    }

    private static int[] repeated(int times, int... ids) {
        return IntStream.range(0, times * ids.length)
                .map(i -> ids[i % ids.length])
                .toArray();
    }

    @Test
    void theFingerprintTellsTokenizersApartByTheIdsTheyGive() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true);
                Tokenizer cased = Tokenizer.open(TOKENS, false);
                Tokenizer fewer = Tokenizer.open(TOKENS.subList(0, 12), true)) {
            Files.writeString(
                    folder.resolve("tokenizer.json"),
                    tokenizer
                            .json()
                            .replace("\"version\":\"1.0\"", "\"version\" :\n\"1.0\"")
                            .replace("\"id\":0,\"content\":\"[PAD]\"", "\"content\":\"[PAD]\",\"id\":0"));
            try (Tokenizer again = Tokenizer.open(folder)) {
                assertThat(again.fingerprint())
                        .isEqualTo(tokenizer.fingerprint())
                        .hasSize(64)
                        .isNotEqualTo(cased.fingerprint())
                        .isNotEqualTo(fewer.fingerprint());
            }
        }
    }

    @Test
    void truncationAndPaddingInAFileAreSwitchedOff() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            String json = tokenizer
                    .json()
                    .replace(
                            "\"truncation\":null",
                            "\"truncation\":{\"direction\":\"Right\",\"max_length\":3,\"strategy\":\"LongestFirst\",\"stride\":0}")
                    .replace(
                            "\"padding\":null",
                            "\"padding\":{\"strategy\":{\"Fixed\":5},\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                                    + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}");
            Files.writeString(folder.resolve("tokenizer.json"), json);
        }
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("the the the the")).containsExactly(8, 8, 8, 8);
            assertThat(tokenizer.encode("the")).containsExactly(8);
        }
    }

    @Test
    void aLongTextHasTheIdsOfItsParts() {
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            String text = "unaffable the cats ".repeat(20_000);

            int[] part = tokenizer.encode("unaffable the cats ");
            int[] expected = IntStream.range(0, 20_000 * part.length)
                    .map(i -> part[i % part.length])
                    .toArray();
            assertThat(tokenizer.encode(text)).isEqualTo(expected);
        }
    }

    static Stream<String> hostileTexts() {
        return Stream.of(
                "",
                " ",
                "\u0000",
                "a\u0000b",
                "\uD800",
                "\uDC00\uD800",
                "e\u0301".repeat(1000),
                "\uFFFF",
                "[MASK",
                "[CLS][SEP]",
                "##s",
                "\u202Ethe",
                "x".repeat(100_000),
                "👩‍👩‍👧‍👦 the",
                "\n".repeat(100_000),
                "[MASK]".repeat(20_000));
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void hostileTextsGiveIdsOfTheVocabulary(String text) {
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            assertThat(IntStream.of(tokenizer.encode(text))).allMatch(id -> id >= 0 && id < TOKENS.size());
        }
    }

    @Test
    void aTextBeyondTheLimitIsRefused() {
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            assertThat(tokenizer.encode("the ".repeat(Tokenizer.TEXT_LIMIT / 4)))
                    .hasSize(Tokenizer.TEXT_LIMIT / 4);
            assertThatThrownBy(() -> tokenizer.encode(" ".repeat(Tokenizer.TEXT_LIMIT + 1)))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("16777217 characters");
        }
    }

    @Test
    void encodingAfterCloseIsRefusedAndClosingTwiceIsNot() {
        Tokenizer tokenizer = Tokenizer.open(TOKENS, true);
        tokenizer.close();
        tokenizer.close();

        assertThatThrownBy(() -> tokenizer.encode("the")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void equalsBertsIdsOnAllReferenceQuestions() {
        Path questions = ReferenceData.file("tokenizer-reference/question_tokens.json");
        JsonNode expected =
                TokenizerJson.MAPPER.readTree(ReferenceData.file("tokenizer-reference/tokenized_questions.json")
                        .toFile());
        Set<String> fingerprints = new HashSet<>();
        for (String vocabulary : List.of("bert-base-uncased-vocab.txt", "bert-base-uncased-tokenizer.json")) {
            try (Tokenizer tokenizer = Tokenizer.open(ReferenceData.file("vocab/" + vocabulary))) {
                int question = 0;
                for (JsonNode node : TokenizerJson.MAPPER.readTree(questions.toFile())) {
                    int[] ids = expected.get(question++)
                            .valueStream()
                            .mapToInt(JsonNode::asInt)
                            .toArray();
                    assertThat(tokenizer.encode(node.path("original").asString()))
                            .isEqualTo(ids);
                }
                assertThat(question).isEqualTo(10_570);
                fingerprints.add(tokenizer.fingerprint());
                assertThat(tokenizer.vocabularySize()).isEqualTo(30_522);
                assertThat(tokenizer.specialTokens()).isEqualTo(new SpecialTokens(0, 100, 101, 102, 103));
            }
        }
        assertThat(fingerprints).hasSize(1);
    }
}
