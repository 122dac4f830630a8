package org.narrowbert.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

class VocabularyTrainerTest {
    @Test
    void makesExactlyHuggingFacesVocabularyOfAText() throws IOException {
        List<String> expected = resource("lighthouse-vocabulary.txt").lines().toList();
        WordCounts words = words(resource("lighthouse.txt"));

        assertThat(VocabularyTrainer.of(10_000).train(words, size -> {})).isEqualTo(expected);
        assertThat(VocabularyTrainer.of(300).train(words, size -> {})).isEqualTo(expected.subList(0, 300));
    }

    @Test
    void mergesTheMostFrequentPairFirstAndOfEqualsTheSmallerIds() {
        List<String> tokens = VocabularyTrainer.of(100).train(words("hug hug pug pun pun pun bun hugs"), size -> {});

        // p-u, u-g and u-n occur 4 times, and p has the smallest id: pu. That leaves h-u, u-g and pu-n with 3: hu,
        // for h's id. Then pu-n and hu-g have 3, and pu is older than hu.
        assertThat(tokens)
                .containsExactly(
                        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "b", "g", "h", "n", "p", "s", "u", "##g", "##n",
                        "##s", "##u", "pu", "hu", "pun", "hug");
    }

    @Test
    void rarerPairsThanTheMinimumAreNotMerged() {
        List<String> tokens = new VocabularyTrainer(100, 3, 1000).train(words("ab ab cd cd cd"), size -> {});

        assertThat(tokens).contains("cd").doesNotContain("ab");
    }

    @Test
    void charactersBeyondTheAlphabetsLimitAreLeftOut() {
        List<String> tokens = new VocabularyTrainer(100, 2, 2).train(words("aaa bb bb c"), size -> {});

        assertThat(tokens).contains("a", "b", "##b", "bb").doesNotContain("c", "##c");
    }

    @Test
    void repeatedLettersAreMergedFromTheLeft() {
        List<String> tokens = VocabularyTrainer.of(100).train(words("aaaaa aaaaa"), size -> {});

        assertThat(tokens.subList(5, tokens.size())).containsExactly("a", "##a", "##aa", "aaa", "aaaaa");
    }

    @Test
    void progressEndsAtTheVocabularysSize() {
        List<Integer> sizes = new ArrayList<>();
        List<String> tokens = VocabularyTrainer.of(30).train(words("the cat the car the cart"), sizes::add);

        assertThat(sizes.getLast()).isEqualTo(tokens.size());
    }

    @Test
    void aTextWithoutWordsIsRefused() {
        WordCounts words = words("\u0000 \u200B");
        VocabularyTrainer trainer = VocabularyTrainer.of(100);

        assertThatThrownBy(() -> trainer.train(words, size -> {}))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("no words");
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatThrownBy(() -> VocabularyTrainer.of(5))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("5 tokens");
        assertThatThrownBy(() -> new VocabularyTrainer(100, 0, 1000)).isInstanceOf(UserError.class);
    }

    private static WordCounts words(String text) {
        WordCounts words = new WordCounts(new BasicTokenizer(true));
        words.add(text);
        return words;
    }

    private static String resource(String name) throws IOException {
        try (InputStream resource = VocabularyTrainerTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(resource).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
