package org.narrowbert.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BasicTokenizerTest {
    private final BasicTokenizer lower = new BasicTokenizer(true);
    private final BasicTokenizer cased = new BasicTokenizer(false);

    @Test
    void punctuationStandsAloneAndLettersAreMadeSmall() {
        assertThat(lower.words("Hey friend!     How are YOU?!? It's $5.00^2"))
                .containsExactly(
                        "hey", "friend", "!", "how", "are", "you", "?", "!", "?", "it", "'", "s", "$", "5", ".", "00",
                        "^", "2");
        assertThat(cased.words("Hey FRIEND")).containsExactly("Hey", "FRIEND");
    }

    @Test
    void accentsGoWithTheCapitalsAndStayWithoutLowercasing() {
        assertThat(lower.words("Ångström naïve ÉCOLE İstanbul ﬁn"))
                .containsExactly("angstrom", "naive", "ecole", "istanbul", "ﬁn");
        assertThat(cased.words("Ångström")).containsExactly("Ångström");
    }

    @Test
    void greekFinalSigmaIsMadeSmallLetterByLetter() {
        assertThat(lower.words("ΟΔΥΣΣΕΥΣ")).containsExactly("οδυσσευσ");
    }

    @Test
    void chineseCharactersStandAloneAndOtherScriptsKeepTheirWords() {
        assertThat(lower.words("野口里佳 Noguchi Rika")).containsExactly("野", "口", "里", "佳", "noguchi", "rika");
        assertThat(lower.words("\uD840\uDC00a")).containsExactly("\uD840\uDC00", "a");
        assertThat(lower.words("カタカナ")).containsExactly("カタカナ");
    }

    @Test
    void controlCharactersGoAndEveryKindOfWhiteSpaceParts() {
        assertThat(lower.words("a\u0000b\u200Bc\uFFFDd\u0007e")).containsExactly("abcde");
        assertThat(lower.words("a\tb\r\nc\u00A0d\u3000e\u2028f")).containsExactly("a", "b", "c", "d", "e", "f");
        assertThat(lower.words("a\u000Bb")).containsExactly("ab");
    }

    @Test
    void halfOfASurrogatePairGoesLikeAControlCharacter() {
        assertThat(lower.words("a\uD83Db")).containsExactly("ab");
    }

    @Test
    void emptyAndBlankTextsHaveNoWords() {
        assertThat(lower.words("")).isEmpty();
        assertThat(lower.words(" \n\u00A0")).isEmpty();
    }

    @Test
    void equalsBertsBasicTokensOnAllReferenceQuestions() {
        Path tokens = ReferenceData.file("tokenizer-reference/question_tokens.json");
        Path basic = ReferenceData.file("tokenizer-reference/basic_tokenized_questions.json");
        List<List<String>> expected = new ArrayList<>();
        TokenizerJson.MAPPER.readTree(basic.toFile()).forEach(words -> {
            expected.add(words.valueStream().map(JsonNode::asString).toList());
        });
        int question = 0;
        for (JsonNode node : TokenizerJson.MAPPER.readTree(tokens.toFile())) {
            assertThat(lower.words(node.path("original").asString())).isEqualTo(expected.get(question++));
        }
        assertThat(question).isEqualTo(10_570).isEqualTo(expected.size());
    }
}
