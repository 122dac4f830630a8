package org.narrowbert.model.table;

import java.util.List;
import org.narrowbert.model.data.text.DocumentFile;

/**
 * A kind of file that holds a table. CSV, TSV and JSON Lines are built in; others are providers of this service, found by
 * {@link java.util.ServiceLoader}.
 */
public interface TableFormat {
    /** What a user calls it, such as "CSV". */
    String name();

    /** How the names of its files end, in small letters with the dot, such as ".csv". */
    List<String> endings();

    /** Whether its files may be compressed as a whole, so that a name may end in ".csv.gz" or ".csv.zst". */
    boolean compressible();

    /**
     * Opens a file and reads the names of its columns; the caller closes it.
     *
     * @throws org.narrowbert.engine.error.RunError if it cannot be read or is not of this kind
     */
    TableReader open(DocumentFile file);
}
