package org.narrowbert.model.data.text;

import java.util.List;

/**
 * A kind of file that holds documents. Text and JSON Lines are built in; others are providers of this service, found by
 * {@link java.util.ServiceLoader}.
 */
public interface DocumentFormat {
    /** What a user calls it, such as "JSON Lines". */
    String name();

    /** How the names of its files end, in small letters with the dot, such as ".jsonl". */
    List<String> endings();

    /** Whether its files may be compressed as a whole, so that a name may end in ".jsonl.gz" or ".jsonl.zst". */
    boolean compressible();

    /**
     * Finds out what opening a file tells, so that a wrong one is reported before any work: whether it is of this kind and has the text's field
     * or column.
     *
     * @throws org.narrowbert.engine.error.RunError as {@link #open}
     */
    default void check(DocumentFile file, ReadingOptions options, ReadingNotes notes) {
        open(file, options, notes).close();
    }

    /**
     * Opens a file; the caller closes it.
     *
     * @param notes told what is read otherwise than it stands in the file
     * @throws org.narrowbert.engine.error.RunError if it cannot be read or is not of this kind
     */
    DocumentReader open(DocumentFile file, ReadingOptions options, ReadingNotes notes);
}
