package org.narrowbert.model.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** How often each word was seen: all that vocabulary training keeps of a corpus. */
public final class WordCounts {
    private final BasicTokenizer tokenizer;
    private final Map<String, long[]> counts = new HashMap<>();
    private long total;

    /**
     * No words yet.
     *
     * @param tokenizer cuts texts into words
     */
    public WordCounts(BasicTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Counts the words of a text. */
    public void add(String text) {
        tokenizer.forEachWord(text, this::count);
    }

    private void count(String word) {
        long[] count = counts.get(word);
        if (count == null) {
            count = new long[1];
            counts.put(word, count);
        }
        count[0]++;
        total++;
    }

    /** Number of different words. */
    public int distinct() {
        return counts.size();
    }

    /** Number of words. */
    public long total() {
        return total;
    }

    /** Hands over every word and its count, in the order of the words' UTF-16 text. */
    public void forEach(BiConsumer<String, Long> action) {
        counts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> action.accept(entry.getKey(), entry.getValue()[0]));
    }
}
