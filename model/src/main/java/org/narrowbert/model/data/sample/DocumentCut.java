package org.narrowbert.model.data.sample;

import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.corpus.TokenStream;

/**
 * Documents cut at a length, as run_mlm cuts lines: a longer one keeps its beginning and ends in its [SEP].
 *
 * @param stream of the documents
 * @param length most tokens of a document
 */
record DocumentCut(TokenStream stream, int length) {
    /** [CLS], one token and [SEP]. */
    private static final int SHORTEST = 3;

    /** Lengths that are read at once. */
    private static final int LENGTHS = 1 << 13;

    DocumentCut {
        if (length < SHORTEST) {
            throw new IllegalArgumentException("documents of " + length + " tokens");
        }
    }

    /** Takes the cut lengths of documents in their order. */
    @FunctionalInterface
    interface Visitor {
        void visit(long document, int cutLength);
    }

    /**
     * Goes through the lengths of all documents.
     *
     * @return tokens that are left out
     */
    long visit(Visitor visitor) {
        int[] lengths = new int[LENGTHS];
        long kept = 0;
        for (long first = 0; first < stream.documents(); first += LENGTHS) {
            int now = (int) Math.min(LENGTHS, stream.documents() - first);
            stream.copyLengths(first, lengths, 0, now);
            for (int i = 0; i < now; i++) {
                int cut = Math.min(length, lengths[i]);
                kept += cut;
                visitor.visit(first + i, cut);
            }
        }
        return stream.size() - kept;
    }

    /**
     * Copies the ids of a document.
     *
     * @param size its number of ids before it is cut
     * @return how many were copied
     */
    int read(long document, int size, int[] into, int at) {
        long start = stream.documentStart(document);
        int cut = Math.min(length, size);
        stream.copy(start, into, at, cut);
        if (cut < size) {
            stream.copy(start + size - 1, into, at + cut - 1, 1);
        }
        return cut;
    }

    /** Refuses a text without a document. */
    void requireDocuments(String name) {
        if (stream.documents() == 0) {
            throw new RunError("the " + name + " has no document: give more text");
        }
    }

    /** What is left out, for people. */
    String leftOut(long tokens) {
        return tokens == 0 ? "" : " (%,d of %,d tokens lie beyond and are left out)".formatted(tokens, stream.size());
    }
}
