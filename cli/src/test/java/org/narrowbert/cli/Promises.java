package org.narrowbert.cli;

import java.util.List;
import org.opentest4j.TestAbortedException;

/** What continuous integration says its machine has, in the variable NARROWBERT_CI: tests that need it are never passed over there. */
public final class Promises {
    private Promises() {}

    /**
     * Passes over the test that asks, or fails it where the thing was promised.
     *
     * @param thing its name in the variable
     * @param why what is missing, for people
     * @return never: for {@code throw}, so that the compiler knows
     */
    public static RuntimeException missing(String thing, String why) {
        return missing(System.getenv().getOrDefault("NARROWBERT_CI", ""), thing, why);
    }

    /** The same with the variable's value. */
    static RuntimeException missing(String promised, String thing, String why) {
        if (List.of(promised.strip().split("\\s+")).contains(thing)) {
            throw new AssertionError(why + " (continuous integration promised it)");
        }
        throw new TestAbortedException(why);
    }
}
