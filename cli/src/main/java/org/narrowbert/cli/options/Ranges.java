package org.narrowbert.cli.options;

import org.narrowbert.engine.error.UserError;

/** Checks of options' values. */
public final class Ranges {
    private Ranges() {}

    /**
     * Refuses a value that is out of its range.
     *
     * @param range in words, such as "from 0 to 1"
     */
    public static void check(String option, double value, boolean allowed, String range) {
        if (!allowed) {
            throw new UserError(option + " is " + value + ": it must be " + range);
        }
    }

    /** Refuses a number below 1. */
    public static int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new UserError(option + " is " + value + ": it must be 1 or more");
        }
        return value;
    }
}
