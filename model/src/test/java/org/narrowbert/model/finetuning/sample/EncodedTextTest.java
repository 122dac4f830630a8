package org.narrowbert.model.finetuning.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.model.tokenizer.SpecialTokens;

class EncodedTextTest {
    private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, 4);

    private static int[] tokens(int id, int count) {
        int[] tokens = new int[count];
        Arrays.fill(tokens, id);
        return tokens;
    }

    @Test
    void aTextStandsBetweenItsSpecialTokensAndIsCutToFit() {
        assertThat(EncodedText.of(new int[] {7, 8}, 10, SPECIAL).inputIds()).containsExactly(2, 7, 8, 3);
        EncodedText cut = EncodedText.of(new int[] {7, 8, 9, 10}, 5, SPECIAL);
        assertThat(cut.inputIds()).containsExactly(2, 7, 8, 9, 3);
        assertThat(cut.second()).as("no second text").isEqualTo(5);
    }

    /** The last two columns are what the tokenizers library keeps. */
    @ParameterizedTest(name = "{0} and {1} tokens in {2}: {3} and {4}")
    @CsvSource({
        "3, 10, 12, 3, 6",
        "10, 3, 12, 6, 3",
        "10, 10, 12, 4, 5",
        "9, 10, 13, 5, 5",
        "2, 30, 12, 2, 7",
        "30, 2, 12, 7, 2",
        "5, 5, 13, 5, 5",
        "6, 7, 16, 6, 7",
        "8, 8, 9, 3, 3"
    })
    void thePartsOfAPairAreCutAsHuggingFacesLongestFirst(
            int first, int second, int longest, int keptFirst, int keptSecond) {
        EncodedText pair = EncodedText.of(tokens(7, first), tokens(8, second), longest, SPECIAL);
        assertThat(pair.length()).isEqualTo(keptFirst + keptSecond + 3).isLessThanOrEqualTo(longest);
        assertThat(Arrays.stream(pair.inputIds()).filter(id -> id == 7)).hasSize(keptFirst);
        assertThat(Arrays.stream(pair.inputIds()).filter(id -> id == 8)).hasSize(keptSecond);
        assertThat(pair.inputIds()[pair.second() - 1])
                .as("before the second text")
                .isEqualTo(3);
    }
}
