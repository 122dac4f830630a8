package org.narrowbert.model.data.corpus;

/**
 * One file of prepared text as dataset.json names it.
 *
 * @param name in the folder
 * @param bytes its size
 * @param checksums CRC32C of each MiB of it; the last may be shorter
 */
record DatasetFile(String name, long bytes, int[] checksums) {
    /** Bytes that one checksum is of. */
    static final int CHUNK = 1 << 20;

    /** Number of checksums of a file of a size. */
    static int chunks(long bytes) {
        return Math.toIntExact((bytes + CHUNK - 1) / CHUNK);
    }
}
