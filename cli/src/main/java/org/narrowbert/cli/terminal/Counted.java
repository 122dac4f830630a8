package org.narrowbert.cli.terminal;

/** Numbers with the word for what they count. */
public final class Counted {
    private Counted() {}

    /**
     * As people write it: "1 row", "1,024 rows".
     *
     * @param one the word for one, whose plural has an s more
     */
    public static String of(long number, String one) {
        return "%,d %s%s".formatted(number, one, number == 1 ? "" : "s");
    }
}
