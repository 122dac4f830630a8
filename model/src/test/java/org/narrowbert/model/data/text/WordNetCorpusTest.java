package org.narrowbert.model.data.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WordNetCorpusTest {
    @Test
    void definitionsAndExamplesBecomeSentences() {
        assertThat(Gloss.of(" make worse or less effective; \"His vision was impaired\"  ")
                        .text())
                .isEqualTo("make worse or less effective. His vision was impaired.");
        assertThat(Gloss.of("extend one's limbs; or the body; \"Stretch your legs!\"; \"Extend it; all of it\"")
                        .sentences())
                .containsExactly("extend one's limbs; or the body", "Stretch your legs!", "Extend it; all of it");
    }

    @Test
    void authorsAreLeftOutAndInnerQuotationMarksAreApostrophes() {
        assertThat(Gloss.of("very bad; \"the evil that men do\"- Shakespeare").text())
                .isEqualTo("very bad. the evil that men do.");
        assertThat(Gloss.of("a cow; \"`moo-cow' is a child's term\"").text())
                .isEqualTo("a cow. 'moo-cow' is a child's term.");
        assertThat(Gloss.of("spread by scattering (\"straw\" is archaic)").text())
                .isEqualTo("spread by scattering (\"straw\" is archaic).");
    }

    @Test
    void aLineWithoutAGlossHasNoSentences() {
        assertThat(Gloss.ofDataLine("00001740 03 n 01 entity 0").sentences()).isEmpty();
        assertThat(Gloss.ofDataLine("1 | ;  ; \"\"").text()).isEmpty();
    }

    @Test
    void theEmbeddedCorpusHasMoreThanAHundredThousandDifferentGlosses() {
        WordNetCorpus corpus = WordNetCorpus.read();

        assertThat(corpus.size()).isEqualTo(117_174);
        try (Documents documents = corpus.open()) {
            assertThat(documents.next())
                    .contains(
                            "that which is perceived or known or inferred to have its own distinct existence (living or"
                                    + " nonliving).");
            Optional<String> next = documents.next();
            while (next.isPresent()) {
                assertThat(next.get()).isNotBlank().doesNotContain("  ", "`", "\n");
                next = documents.next();
            }
            assertThat(documents.bytesRead()).isEqualTo(corpus.bytes());
        }
    }

    @Test
    void itsVocabularyIsTheSameEveryTimeAndSpellsCommonWordsWhole() {
        List<String> vocabulary = WordNetCorpus.read().vocabulary();

        assertThat(vocabulary)
                .hasSize(WordNetCorpus.VOCABULARY_SIZE)
                .startsWith("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "!")
                .contains("the", "animal", "mountain", "##ness");
        assertThat(WordNetCorpus.read().vocabulary()).isEqualTo(vocabulary);
    }
}
