package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;

/** What continuous integration says its machine has, in the variable NARROWBERT_CI: tests that need it are never passed over there. */
public final class Promises {
    private Promises() {}

    /**
     * Passes over the test that asks, or fails it where the thing was promised.
     *
     * @param thing its name in the variable
     * @param why what is missing, for people
     */
    public static <T> T missing(String thing, String why) {
        return missing(System.getenv().getOrDefault("NARROWBERT_CI", ""), thing, why);
    }

    /** The same with the variable's value. */
    static <T> T missing(String promised, String thing, String why) {
        return List.of(promised.strip().split("\\s+")).contains(thing)
                ? fail(why + " (continuous integration promised it)")
                : abort(why);
    }
}
