package org.narrowbert.engine.error;

/** Names and values out of files, as a sentence shows them. */
public final class Shown {
    private static final int MOST = 60;

    private Shown() {}

    /** The text, cut where it is long, with question marks for what would end the line or move a terminal's cursor. */
    public static String of(String text) {
        String cut = text.length() <= MOST ? text : text.substring(0, MOST) + "...";
        return cut.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    }
}
