package org.narrowbert.model.data.corpus;

import java.util.Objects;

/**
 * A stream that lies in memory: for tests, and for texts that are not worth a file.
 *
 * @param ids of all documents end to end
 * @param starts the place of each document's first id, and the number of ids at the end
 */
record MemoryTokens(int[] ids, int[] starts) implements TokenStream {
    static MemoryTokens of(int[]... documents) {
        int[] starts = new int[documents.length + 1];
        for (int i = 0; i < documents.length; i++) {
            starts[i + 1] = Math.addExact(starts[i], documents[i].length);
        }
        int[] ids = new int[starts[documents.length]];
        for (int i = 0; i < documents.length; i++) {
            System.arraycopy(documents[i], 0, ids, starts[i], documents[i].length);
        }
        return new MemoryTokens(ids, starts);
    }

    @Override
    public long size() {
        return ids.length;
    }

    @Override
    public void copy(long from, int[] into, int at, int count) {
        Objects.checkFromIndexSize(from, count, size());
        System.arraycopy(ids, (int) from, into, at, count);
    }

    @Override
    public long documents() {
        return starts.length - 1;
    }

    @Override
    public long documentStart(long document) {
        return starts[(int) Objects.checkIndex(document, documents())];
    }

    @Override
    public void copyLengths(long from, int[] into, int at, int count) {
        Objects.checkFromIndexSize(from, count, documents());
        for (int i = 0; i < count; i++) {
            into[at + i] = starts[(int) from + i + 1] - starts[(int) from + i];
        }
    }
}
