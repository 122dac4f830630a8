package org.narrowbert.model.data.sample;

import java.util.Arrays;
import java.util.Objects;
import org.narrowbert.model.data.corpus.TokenStream;

/**
 * Whole documents packed in their order: as many a sample as fit. Each stays a sequence of its own, so that attention never goes from one
 * to another, and short documents cost no more than their tokens.
 *
 * <p>The first document of every 16th pack is held, half a byte a pack; from there packs are counted out by the documents' lengths.
 */
public final class PackedSamples implements Samples {
    private static final int PACKS_AN_ENTRY = 16;

    /** Lengths that are read at once. */
    private static final int LENGTHS = 256;

    private final DocumentCut documents;
    private final int length;
    private final int[] lengths = new int[LENGTHS];
    private long[] firstDocuments = new long[1024];
    private long count;
    private int longest = 1;
    private int sequences = 1;
    private final long leftOut;

    /** Sums of the pack that is counted: tokens and documents. */
    private int packTokens;

    private int packDocuments;

    /**
     * Packs documents.
     *
     * @param length most tokens of a pack; longer documents are cut
     * @param name what the error calls the ids, such as "training text"
     * @throws org.narrowbert.engine.error.RunError if there is no document
     */
    public PackedSamples(TokenStream stream, int length, String name) {
        this.documents = new DocumentCut(stream, length);
        this.length = length;
        documents.requireDocuments(name);
        this.leftOut = documents.visit(this::count);
    }

    private void count(long document, int cut) {
        if (count == 0 || packTokens + cut > length) {
            if (count % PACKS_AN_ENTRY == 0) {
                int entry = Math.toIntExact(count / PACKS_AN_ENTRY);
                if (entry == firstDocuments.length) {
                    firstDocuments = Arrays.copyOf(firstDocuments, 2 * entry);
                }
                firstDocuments[entry] = document;
            }
            count++;
            packTokens = 0;
            packDocuments = 0;
        }
        packTokens += cut;
        packDocuments++;
        longest = Math.max(longest, packTokens);
        sequences = Math.max(sequences, packDocuments);
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public int longest() {
        return longest;
    }

    @Override
    public int sequences() {
        return sequences;
    }

    @Override
    public int read(long sample, int[] into, int at, int[] ends, int endsAt) {
        Objects.checkIndex(sample, count);
        TokenStream stream = documents.stream();
        long pack = sample - sample % PACKS_AN_ENTRY;
        long first = firstDocuments[(int) (sample / PACKS_AN_ENTRY)];
        int tokens = 0;
        int found = 0;
        for (long document = first; document < stream.documents() && pack <= sample; document++) {
            int place = (int) ((document - first) % LENGTHS);
            if (place == 0) {
                stream.copyLengths(document, lengths, 0, (int) Math.min(LENGTHS, stream.documents() - document));
            }
            int cut = Math.min(length, lengths[place]);
            if (tokens + cut > length) {
                pack++;
                tokens = 0;
            }
            if (pack == sample) {
                documents.read(document, lengths[place], into, at + tokens);
                ends[endsAt + found] = at + tokens + cut;
                found++;
            }
            tokens += cut;
        }
        return found;
    }

    @Override
    public String description() {
        return "packs of whole documents of at most %,d tokens".formatted(longest) + documents.leftOut(leftOut);
    }
}
