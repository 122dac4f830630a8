package org.narrowbert.model.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

/**
 * Trains a WordPiece vocabulary as Hugging Face's BertWordPieceTrainer does: special tokens, then the alphabet, then merges of the most
 * frequent pair of neighbouring pieces, until the vocabulary is full or no pair is frequent enough.
 *
 * <p>Of equally frequent pairs the one with the smaller ids is merged first. Hugging Face numbers the alphabet's {@code ##} forms in an
 * order that differs from run to run; here they come in the order of their characters, so that the same words give the same vocabulary.
 *
 * @param size most tokens, special ones included; the alphabet is kept even if it is larger
 * @param minFrequency how often a pair must occur to be merged
 * @param alphabetLimit most characters of the alphabet: rarer ones are left out, and words with them become [UNK]
 */
public record VocabularyTrainer(int size, int minFrequency, int alphabetLimit) {
    /** Hugging Face's default: pairs seen once are not merged. */
    public static final int MIN_FREQUENCY = 2;

    /** Hugging Face's default. */
    public static final int ALPHABET_LIMIT = 1000;

    private static final int SIZE_LIMIT = 1 << 20;

    public VocabularyTrainer {
        int least = SpecialTokens.NAMES.size() + 1;
        if (size < least || size > SIZE_LIMIT) {
            throw new UserError("a vocabulary of " + size + " tokens cannot be trained: choose a size from " + least
                    + " to " + SIZE_LIMIT);
        }
        if (minFrequency < 1 || alphabetLimit < 1) {
            throw new UserError("the minimum frequency " + minFrequency + " and the alphabet's limit " + alphabetLimit
                    + " must be at least 1");
        }
    }

    /** A trainer with Hugging Face's defaults. */
    public static VocabularyTrainer of(int size) {
        return new VocabularyTrainer(size, MIN_FREQUENCY, ALPHABET_LIMIT);
    }

    /**
     * The vocabulary of the given words, in the order of ids.
     *
     * @param progress told the number of tokens so far, after each merge
     * @throws RunError if there are no words
     */
    public List<String> train(WordCounts words, IntConsumer progress) {
        if (words.distinct() == 0) {
            throw new RunError(
                    "there are no words to train a vocabulary from: the text is empty or has only control characters");
        }
        List<String> tokens = new ArrayList<>(SpecialTokens.NAMES);
        Map<String, Integer> ids = new HashMap<>();
        tokens.forEach(token -> ids.put(token, ids.size()));
        Map<Integer, CharacterCount> alphabet = alphabet(words);
        alphabet.forEach((character, count) -> add(tokens, ids, Character.toString(character)));
        alphabet.forEach((character, count) -> {
            if (count.continues) {
                add(tokens, ids, "##" + Character.toString(character));
            }
        });
        PieceMerger merger = new PieceMerger();
        words.forEach((word, count) -> merger.add(pieces(word, ids), count));
        merger.countPairs();
        progress.accept(tokens.size());
        while (tokens.size() < size && merger.next() && merger.count() >= minFrequency) {
            String right = tokens.get(merger.right());
            String token = tokens.get(merger.left()) + (right.startsWith("##") ? right.substring(2) : right);
            merger.merge(add(tokens, ids, token));
            progress.accept(tokens.size());
        }
        return List.copyOf(tokens);
    }

    private static int add(List<String> tokens, Map<String, Integer> ids, String token) {
        Integer id = ids.putIfAbsent(token, tokens.size());
        if (id != null) {
            return id;
        }
        tokens.add(token);
        return tokens.size() - 1;
    }

    /** The most frequent characters, in their own order; of equally frequent ones the smaller stay. */
    private Map<Integer, CharacterCount> alphabet(WordCounts words) {
        Map<Integer, CharacterCount> all = new TreeMap<>();
        words.forEach((word, count) -> {
            for (int i = 0; i < word.length(); ) {
                int character = word.codePointAt(i);
                CharacterCount seen = all.computeIfAbsent(character, c -> new CharacterCount());
                seen.count += count;
                seen.continues |= i > 0;
                i += Character.charCount(character);
            }
        });
        Map<Integer, CharacterCount> kept = new TreeMap<>();
        all.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> -entry.getValue().count))
                .limit(alphabetLimit)
                .forEach(entry -> kept.put(entry.getKey(), entry.getValue()));
        return kept;
    }

    /** The ids of a word's characters: the first as it is, the others with {@code ##}; characters outside the alphabet are passed over. */
    private static int[] pieces(String word, Map<String, Integer> ids) {
        int[] pieces = new int[word.length()];
        int length = 0;
        for (int i = 0; i < word.length(); ) {
            int character = word.codePointAt(i);
            Integer id = ids.get(i == 0 ? Character.toString(character) : "##" + Character.toString(character));
            if (id != null) {
                pieces[length++] = id;
            }
            i += Character.charCount(character);
        }
        return Arrays.copyOf(pieces, length);
    }

    private static final class CharacterCount {
        long count;
        boolean continues;
    }
}
