package org.narrowbert.ffm.library;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The outcome of a search for a native library. An absent library is an ordinary outcome, not an error. */
public sealed interface NativeLibrary {
    /** What was looked for, as people call it. */
    String name();

    /** The places looked at, in order; the last of which held it, if any did. */
    List<Place> lookedAt();

    /**
     * The library is loaded; its symbols are visible to the bindings of this module for as long as the process lives.
     *
     * @param file the file it was loaded from
     * @param version what it says of itself, where it was asked
     * @param lookedAt the places looked at, the last of which held it
     */
    record Found(String name, Path file, Optional<String> version, List<Place> lookedAt) implements NativeLibrary {
        public Found {
            lookedAt = List.copyOf(lookedAt);
        }
    }

    /**
     * The library is loaded, but nothing here can use it; none of it is called but what told so.
     *
     * @param file the file it was loaded from
     * @param why what is wrong with it and what is needed, as part of a sentence
     * @param lookedAt the places looked at, the last of which held it
     */
    record Unfit(String name, Path file, String why, List<Place> lookedAt) implements NativeLibrary {
        public Unfit {
            lookedAt = List.copyOf(lookedAt);
        }
    }

    /**
     * No place holds a library that loads.
     *
     * @param lookedAt the places looked at, in order
     */
    record Missing(String name, List<Place> lookedAt) implements NativeLibrary {
        public Missing {
            lookedAt = List.copyOf(lookedAt);
        }
    }

    /**
     * One place that was looked at.
     *
     * @param where the folder, or how it was asked for
     * @param outcome what was there, as part of a sentence
     */
    record Place(String where, String outcome) {
        @Override
        public String toString() {
            return where + ": " + outcome;
        }
    }
}
