package org.narrowbert.model.data.sample;

import org.narrowbert.model.data.corpus.TokenStream;

/** Whole documents, one a sample, none of them padded: run_mlm's {@code --line_by_line} on rows of different lengths. */
public final class DocumentSamples implements Samples {
    private final DocumentCut documents;
    private final int longest;
    private final long leftOut;

    /**
     * Documents of at most the given length.
     *
     * @param length most tokens of a sample; longer documents are cut
     * @param name what the error calls the ids, such as "training text"
     * @throws org.narrowbert.engine.error.RunError if there is no document
     */
    public DocumentSamples(TokenStream stream, int length, String name) {
        this.documents = new DocumentCut(stream, length);
        documents.requireDocuments(name);
        int[] most = {1};
        this.leftOut = documents.visit((document, cut) -> most[0] = Math.max(most[0], cut));
        this.longest = most[0];
    }

    @Override
    public long count() {
        return documents.stream().documents();
    }

    @Override
    public int longest() {
        return longest;
    }

    @Override
    public int sequences() {
        return 1;
    }

    @Override
    public int read(long sample, int[] into, int at, int[] ends, int endsAt) {
        ends[endsAt] = at + documents.read(sample, documents.stream().documentLength(sample), into, at);
        return 1;
    }

    @Override
    public String description() {
        return "documents of at most %,d tokens".formatted(longest) + documents.leftOut(leftOut);
    }
}
