package org.narrowbert.model.finetuning.sample;

import org.narrowbert.model.tokenizer.SpecialTokens;

/**
 * A text, or a pair of texts, as one sequence: {@code [CLS] text [SEP]} or {@code [CLS] text [SEP] second [SEP]}.
 *
 * @param inputIds token ids
 * @param second place of the second text's first token, whose token type is 1 from there on; the sequence's length where there is none
 * @param isCut whether tokens of a text were left out because they did not fit, and are not read elsewhere
 */
public record EncodedText(int[] inputIds, int second, boolean isCut) {
    /** Tokens that stand around one text. */
    static final int AROUND_ONE = 2;

    /** Tokens that stand around a pair. */
    static final int AROUND_PAIR = 3;

    /** Texts that fit. */
    public EncodedText(int[] inputIds, int second) {
        this(inputIds, second, false);
    }

    /**
     * One text.
     *
     * @param text its tokens, of which the first are taken
     * @param longest tokens of the sequence at most
     */
    static EncodedText of(int[] text, int longest, SpecialTokens special) {
        int count = Math.min(text.length, longest - AROUND_ONE);
        int[] ids = new int[count + AROUND_ONE];
        ids[0] = special.cls();
        System.arraycopy(text, 0, ids, 1, count);
        ids[count + 1] = special.sep();
        return new EncodedText(ids, ids.length, count < text.length);
    }

    /**
     * A pair, the longer of the two cut first, as Hugging Face's {@code longest_first} does.
     *
     * @param longest tokens of the sequence at most
     */
    static EncodedText of(int[] first, int[] second, int longest, SpecialTokens special) {
        int room = longest - AROUND_PAIR;
        int firstCount = first.length;
        int secondCount = second.length;
        if (firstCount + secondCount > room) {
            int shorter = Math.min(firstCount, secondCount);
            int rest = Math.max(shorter, room - shorter);
            if (shorter + rest > room) {
                shorter = room / 2;
                rest = room - shorter;
            }
            boolean firstIsShorter = firstCount <= secondCount;
            firstCount = firstIsShorter ? shorter : rest;
            secondCount = firstIsShorter ? rest : shorter;
        }
        boolean isCut = firstCount < first.length || secondCount < second.length;
        return new EncodedText(
                of(first, firstCount, second, 0, secondCount, special).inputIds(), firstCount + 2, isCut);
    }

    /** A pair of parts of texts. */
    static EncodedText of(
            int[] first, int firstCount, int[] second, int secondStart, int secondCount, SpecialTokens special) {
        int[] ids = new int[firstCount + secondCount + AROUND_PAIR];
        ids[0] = special.cls();
        System.arraycopy(first, 0, ids, 1, firstCount);
        ids[firstCount + 1] = special.sep();
        System.arraycopy(second, secondStart, ids, firstCount + 2, secondCount);
        ids[ids.length - 1] = special.sep();
        return new EncodedText(ids, firstCount + 2);
    }

    /** Number of tokens. */
    public int length() {
        return inputIds.length;
    }
}
