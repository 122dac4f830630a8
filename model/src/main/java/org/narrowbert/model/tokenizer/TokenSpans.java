package org.narrowbert.model.tokenizer;

/**
 * Token ids of a text and where each token stands in it.
 *
 * @param inputIds token ids, without [CLS] and [SEP] around them
 * @param starts the first character of each token, in UTF-16 units of the text
 * @param ends one past the last character of each token
 */
public record TokenSpans(int[] inputIds, int[] starts, int[] ends) {
    public TokenSpans {
        if (starts.length != inputIds.length || ends.length != inputIds.length) {
            throw new IllegalArgumentException(
                    inputIds.length + " tokens, " + starts.length + " starts and " + ends.length + " ends");
        }
    }

    /** Number of tokens. */
    public int count() {
        return inputIds.length;
    }
}
