package org.narrowbert.model.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Words as sequences of pieces, and the queue of their pairs of neighbouring pieces, most frequent first.
 *
 * <p>A pair's count is kept up to date while words change; the queue is mended lazily, when an entry with an old count comes to its head
 * (as in Hugging Face's trainer, including that a pair formed anew is queued beside an older entry of the same pair, each with the words
 * it was found in).
 */
final class PieceMerger {
    private final List<int[]> words = new ArrayList<>();
    private final List<Long> wordCounts = new ArrayList<>();
    private final PairTable pairs = new PairTable();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>();
    private final List<Candidate> formed = new ArrayList<>();
    private Candidate head = new Candidate(0, 0);

    /** A pair with the count it had when it was queued, and the words it was found in. */
    private static final class Candidate implements Comparable<Candidate> {
        final long pair;
        long count;
        int[] places = new int[2];
        int size;

        Candidate(long pair, long count) {
            this.pair = pair;
            this.count = count;
        }

        /** Words come in ascending order while pairs are counted, so that a repeat is the last one. */
        void add(int word) {
            if (size > 0 && places[size - 1] == word) {
                return;
            }
            if (size == places.length) {
                places = Arrays.copyOf(places, 2 * size);
            }
            places[size++] = word;
        }

        @Override
        public int compareTo(Candidate other) {
            return count != other.count ? Long.compare(other.count, count) : Long.compare(pair, other.pair);
        }
    }

    /** Adds a word of the given pieces that was seen {@code count} times. */
    void add(int[] pieces, long count) {
        if (pieces.length > 1) {
            words.add(pieces);
            wordCounts.add(count);
        }
    }

    /** Queues the pairs of all words. */
    void countPairs() {
        for (int word = 0; word < words.size(); word++) {
            int[] pieces = words.get(word);
            for (int i = 0; i + 1 < pieces.length; i++) {
                change(pieces[i], pieces[i + 1], wordCounts.get(word), word);
            }
        }
        queueFormed();
    }

    /** Takes the most frequent pair off the queue; false if there is none. */
    boolean next() {
        for (Candidate candidate = queue.poll(); candidate != null; candidate = queue.poll()) {
            long count = pairs.count(candidate.pair);
            if (count == candidate.count) {
                head = candidate;
                return true;
            }
            if (count > 0) {
                candidate.count = count;
                queue.add(candidate);
            }
        }
        return false;
    }

    /** How often the pair that {@link #next} took occurs. */
    long count() {
        return head.count;
    }

    int left() {
        return (int) (head.pair >>> 32);
    }

    int right() {
        return (int) head.pair;
    }

    /** Puts a piece in the place of the pair that {@link #next} took, in every word it was found in. */
    void merge(int piece) {
        int left = left();
        int right = right();
        for (int place = 0; place < head.size; place++) {
            int word = head.places[place];
            int[] pieces = words.get(word);
            long count = wordCounts.get(word);
            int length = pieces.length;
            for (int i = 0; i + 1 < length; i++) {
                if (pieces[i] != left || pieces[i + 1] != right) {
                    continue;
                }
                if (i > 0) {
                    change(pieces[i - 1], left, -count, word);
                    change(pieces[i - 1], piece, count, word);
                }
                pieces[i] = piece;
                System.arraycopy(pieces, i + 2, pieces, i + 1, length - i - 2);
                length--;
                if (i + 1 < length) {
                    change(right, pieces[i + 1], -count, word);
                    change(piece, pieces[i + 1], count, word);
                }
            }
            if (length < pieces.length) {
                words.set(word, Arrays.copyOf(pieces, length));
            }
        }
        queueFormed();
    }

    private void change(int left, int right, long count, int word) {
        long pair = (long) left << 32 | right;
        int slot = pairs.add(pair, count);
        if (count > 0) {
            int index = pairs.formed(slot);
            if (index < 0) {
                index = formed.size();
                formed.add(new Candidate(pair, 0));
                pairs.setFormed(slot, index);
            }
            formed.get(index).add(word);
        }
    }

    private void queueFormed() {
        for (Candidate candidate : formed) {
            int slot = pairs.add(candidate.pair, 0);
            pairs.setFormed(slot, -1);
            candidate.count = pairs.count(candidate.pair);
            if (candidate.count > 0) {
                queue.add(candidate);
            }
        }
        formed.clear();
    }
}
