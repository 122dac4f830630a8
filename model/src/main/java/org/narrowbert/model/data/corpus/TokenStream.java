package org.narrowbert.model.data.corpus;

/** A long row of token ids, made of documents end to end. Reading is for one thread at a time. */
public interface TokenStream {
    /** Number of ids. */
    long size();

    /** Copies ids {@code from} to {@code from + count - 1}, counted from 0, into an array. */
    void copy(long from, int[] into, int at, int count);

    /** Number of documents, each with its [CLS] and [SEP]. */
    long documents();

    /** Where a document begins: the place of its first id. */
    long documentStart(long document);

    /** Copies the numbers of ids of {@code count} documents from {@code from} on into an array. */
    void copyLengths(long from, int[] into, int at, int count);

    /** Number of ids of one document. */
    default int documentLength(long document) {
        int[] length = new int[1];
        copyLengths(document, length, 0, 1);
        return length[0];
    }

    /** A stream in memory of the given documents. */
    static TokenStream of(int[]... documents) {
        return MemoryTokens.of(documents);
    }
}
