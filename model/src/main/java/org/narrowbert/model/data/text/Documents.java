package org.narrowbert.model.data.text;

import java.util.Optional;

/** One reading of a corpus, document by document. */
public interface Documents extends AutoCloseable {
    /**
     * The next document; empty after the last.
     *
     * @throws org.narrowbert.engine.error.RunError if a file cannot be read or is not text
     */
    Optional<String> next();

    /** Bytes read so far. */
    long bytesRead();

    /** What was read otherwise than it stands in the files, such as documents split for their length: a sentence for the user. */
    Optional<String> notice();

    @Override
    void close();
}
