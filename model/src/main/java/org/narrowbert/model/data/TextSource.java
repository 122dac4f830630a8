package org.narrowbert.model.data;

/** A corpus of documents that can be read any number of times, always the same and in the same order. */
public sealed interface TextSource permits TextFiles, WordNetCorpus {
    /** Starts reading at the first document. */
    Documents open();

    /** Bytes that a whole reading goes through: what {@link Documents#bytesRead()} is out of. */
    long bytes();

    /** What a user calls it: the files' names or the corpus's. */
    String description();
}
