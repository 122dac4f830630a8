package org.narrowbert.parquet;

/**
 * How deep a column's values lie.
 *
 * @param repetition 1 where a row has a list of values, else 0
 * @param list definition level from which on an entry is an element of a list, and below which its row's list is empty or missing; 0 where there is none
 * @param definition level at which a value is there
 */
record Levels(int repetition, int list, int definition) {
    /** Of a column with one value a row. */
    static Levels flat(boolean optional) {
        return new Levels(0, 0, optional ? 1 : 0);
    }

    /** Bits of a level. */
    static int bits(int most) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(most);
    }
}
