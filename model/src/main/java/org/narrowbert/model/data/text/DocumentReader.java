package org.narrowbert.model.data.text;

import java.util.Optional;

/** The documents of one open file, in its order. For one thread. */
public interface DocumentReader extends AutoCloseable {
    /**
     * The next document, which may be blank or too long: whoever reads passes over the one and cuts the other. Empty after the last.
     *
     * @throws org.narrowbert.engine.error.RunError if the file cannot be read or is not what its name says
     */
    Optional<String> next();

    /** Bytes of the file on the disk that the documents so far took, as near as can be told. */
    long bytesRead();

    /** Where in the file the last document stands, for people: "line 12", "row 7". */
    String place();

    @Override
    void close();
}
