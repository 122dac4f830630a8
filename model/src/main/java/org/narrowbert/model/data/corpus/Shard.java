package org.narrowbert.model.data.corpus;

import java.util.regex.Pattern;

/**
 * A part of prepared text: whole documents in a pair of files, as Megatron-LM's indexed dataset has them.
 *
 * <p>The {@code .bin} holds the ids end to end, two bytes each (four for vocabularies of more than 65,536 tokens), little-endian. The
 * {@code .idx} holds a header of 34 bytes, the number of ids of each document (4 bytes), the byte where each begins (8 bytes), and for
 * each document the number of its first sequence, which here is its own number, with their count at the end (8 bytes).
 *
 * @param documents number of documents
 * @param tokens number of ids
 * @param ids the {@code .bin}
 * @param index the {@code .idx}
 */
record Shard(long documents, long tokens, DatasetFile ids, DatasetFile index) {
    private static final byte[] MAGIC = {'M', 'M', 'I', 'D', 'I', 'D', 'X', 0, 0};

    /** Version of the index. */
    static final long VERSION = 1;

    /** Bytes before the documents' lengths: magic, version, kind of number, sequences, documents + 1. */
    static final int HEADER = 34;

    private static final Pattern FILE_NAME = Pattern.compile("(train|validation)-\\d{5,}\\.(bin|idx)");

    private static final int SIXTEEN_BITS = 8;
    private static final int THIRTY_TWO_BITS = 4;
    private static final int NARROW_VOCABULARY = 1 << 16;

    /** First bytes of an index. */
    static byte[] magic() {
        return MAGIC.clone();
    }

    /** Bytes an id of a vocabulary of the given size. */
    static int width(int vocabularySize) {
        return vocabularySize <= NARROW_VOCABULARY ? Character.BYTES : Integer.BYTES;
    }

    /** Megatron-LM's number for the kind of ids. */
    static byte kind(int width) {
        return (byte) (width == Character.BYTES ? SIXTEEN_BITS : THIRTY_TWO_BITS);
    }

    /** Bytes of an index of so many documents. */
    static long indexBytes(long documents) {
        return pointers(documents) + documents * Long.BYTES + (documents + 1) * Long.BYTES;
    }

    /** Where in an index of so many documents the pointers begin. */
    static long pointers(long documents) {
        return HEADER + documents * Integer.BYTES;
    }

    /** The name of a file: "train-00003.bin". */
    static String fileName(String split, int number, String ending) {
        return "%s-%05d%s".formatted(split, number, ending);
    }

    /** Whether a file of this name is one of a shard's. */
    static boolean isFileName(String name) {
        return FILE_NAME.matcher(name).matches();
    }
}
