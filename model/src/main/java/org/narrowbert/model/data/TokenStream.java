package org.narrowbert.model.data;

import java.util.ArrayList;
import java.util.List;

/**
 * A long row of token ids in memory: two bytes an id for vocabularies of at most 65,536 tokens, otherwise four.
 *
 * <p>Ids lie in chunks, so that growing copies nothing and no array comes near the JVM's limit. Filled by one thread, then only read.
 */
public final class TokenStream {
    private static final int CHUNK_BITS = 20;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int NARROW_VOCABULARY = 1 << 16;

    private final boolean narrow;
    private final List<char[]> narrowChunks = new ArrayList<>();
    private final List<int[]> wideChunks = new ArrayList<>();
    private long size;

    /**
     * An empty stream.
     *
     * @param vocabularySize ids are below it
     */
    TokenStream(int vocabularySize) {
        this.narrow = vocabularySize <= NARROW_VOCABULARY;
    }

    /** A stream of the given ids. */
    public static TokenStream of(int vocabularySize, int... ids) {
        TokenStream stream = new TokenStream(vocabularySize);
        stream.append(ids, ids.length);
        return stream;
    }

    /** Adds the first {@code count} ids. */
    void append(int[] ids, int count) {
        for (int i = 0; i < count; i++) {
            int place = (int) (size & (CHUNK - 1));
            if (narrow) {
                if (place == 0) {
                    narrowChunks.add(new char[CHUNK]);
                }
                narrowChunks.getLast()[place] = (char) ids[i];
            } else {
                if (place == 0) {
                    wideChunks.add(new int[CHUNK]);
                }
                wideChunks.getLast()[place] = ids[i];
            }
            size++;
        }
    }

    /** Number of ids. */
    public long size() {
        return size;
    }

    /** Copies ids {@code from} to {@code from + count - 1}, counted from 0, into an array. */
    public void copy(long from, int[] into, int at, int count) {
        if (from < 0 || count < 0 || from + count > size) {
            throw new IndexOutOfBoundsException("ids " + from + " to " + (from + count) + " of " + size);
        }
        for (int i = 0; i < count; i++) {
            int chunk = (int) ((from + i) >>> CHUNK_BITS);
            int place = (int) ((from + i) & (CHUNK - 1));
            into[at + i] = narrow ? narrowChunks.get(chunk)[place] : wideChunks.get(chunk)[place];
        }
    }
}
