package org.narrowbert.ffm.library;

import java.util.Optional;

/** Whether a library that was loaded can be used. */
public sealed interface LibraryVerdict {
    /**
     * It can.
     *
     * @param version what it says of itself, where it was asked
     */
    record Fit(Optional<String> version) implements LibraryVerdict {}

    /**
     * It cannot.
     *
     * @param why what is wrong with it and what is needed, as part of a sentence
     */
    record Unfit(String why) implements LibraryVerdict {}
}
