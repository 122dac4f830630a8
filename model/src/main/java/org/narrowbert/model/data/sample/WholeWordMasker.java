package org.narrowbert.model.data.sample;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.narrowbert.engine.random.CounterRandom;
import org.narrowbert.model.tokenizer.SpecialTokens;
import org.narrowbert.model.tokenizer.Tokenizer;

/**
 * Whole-word masking: when a piece of a word is chosen, all its pieces are.
 *
 * <p>Of n maskable tokens floor(probability x n + u) are wanted, u uniform in [0, 1) a sample, as {@link Masker} does. Words are gone
 * through in a random order, and each is taken that does not go beyond that number: as long as there are words of one piece, exactly the
 * wanted number is chosen. (BERT's own code rounds the number and looks no further after the last word; words too long for what is left
 * are a little rarer in both.) Each piece is then hidden by itself: 80% [MASK], 10% a random token, 10% as it is.
 *
 * <p>A word is a token and the pieces with ## that follow it; a block that begins within a word begins with what is left of it. Not for
 * several threads.
 */
public final class WholeWordMasker implements Masking {
    private static final String PIECE = "##";

    private final Masker masker;
    private final BitSet pieces;
    private int[] wordStarts = new int[64];
    private int[] wordEnds = new int[64];
    private boolean[] chosen = new boolean[64];

    /**
     * A masker of words.
     *
     * @param masker says how many tokens are chosen, and how each is hidden
     * @param pieces ids of tokens that go on a word
     */
    WholeWordMasker(Masker masker, BitSet pieces) {
        this.masker = masker;
        this.pieces = pieces;
    }

    /** A masker of the words that a tokenizer's vocabulary spells. */
    public static WholeWordMasker of(Masker masker, Tokenizer tokenizer) {
        List<String> tokens = tokenizer.vocabulary();
        BitSet pieces = new BitSet(tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            String token = tokens.get(id);
            pieces.set(id, token.startsWith(PIECE) && token.length() > PIECE.length());
        }
        return new WholeWordMasker(masker, pieces);
    }

    @Override
    public int maximum(int length) {
        return masker.maximum(length);
    }

    @Override
    public int mask(int[] ids, int start, int length, long epoch, long index, int[] positions, int[] labels, int at) {
        int words = findWords(ids, start, length);
        int maskable = 0;
        for (int word = 0; word < words; word++) {
            maskable += wordEnds[word] - wordStarts[word];
        }
        long key = masker.key(epoch, index);
        choose(words, masker.wanted(maskable, key), key);
        int count = 0;
        for (int word = 0; word < words; word++) {
            for (int i = wordStarts[word]; chosen[word] && i < wordEnds[word]; i++) {
                positions[at + count] = i;
                labels[at + count] = ids[i];
                ids[i] = masker.replacement(ids[i], Masker.tokenKey(key, i - start));
                count++;
            }
        }
        return count;
    }

    /** Finds where words begin and end. */
    private int findWords(int[] ids, int start, int length) {
        makeRoom(length);
        SpecialTokens special = masker.special();
        int words = 0;
        boolean within = false;
        for (int i = start; i < start + length; i++) {
            if (!special.isMaskable(ids[i])) {
                within = false;
            } else {
                if (!within || !pieces.get(ids[i])) {
                    wordStarts[words++] = i;
                }
                wordEnds[words - 1] = i + 1;
                within = true;
            }
        }
        return words;
    }

    private void makeRoom(int words) {
        if (words > chosen.length) {
            wordStarts = new int[words];
            wordEnds = new int[words];
            chosen = new boolean[words];
        }
    }

    private void choose(int words, int wanted, long key) {
        Arrays.fill(chosen, 0, words, false);
        if (words == 0) {
            return;
        }
        Permutation order = new Permutation(words, CounterRandom.key(key, 2));
        int left = wanted;
        for (int place = 0; place < words && left > 0; place++) {
            int word = (int) order.at(place);
            int size = wordEnds[word] - wordStarts[word];
            if (size <= left) {
                chosen[word] = true;
                left -= size;
            }
        }
    }
}
