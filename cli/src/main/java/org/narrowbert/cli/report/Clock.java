package org.narrowbert.cli.report;

/**
 * The unit in which times of some length are read most easily.
 *
 * @param seconds of one unit
 * @param name of several
 */
record Clock(double seconds, String name) {
    private static final Clock SECONDS = new Clock(1, "seconds");
    private static final Clock MINUTES = new Clock(60, "minutes");
    private static final Clock HOURS = new Clock(3600, "hours");

    /** For times up to so many seconds. */
    static Clock upTo(double seconds) {
        return seconds < 3 * MINUTES.seconds ? SECONDS : seconds < 3 * HOURS.seconds ? MINUTES : HOURS;
    }

    /** A time as people write it: "4.2 s", "12 min 5 s", "3 h 20 min". */
    static String text(double seconds) {
        if (seconds < 10) {
            return "%.1f s".formatted(seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? "%d min %d s".formatted(whole / 60, whole % 60)
                : "%d h %d min".formatted(whole / 3600, whole / 60 % 60);
    }
}
