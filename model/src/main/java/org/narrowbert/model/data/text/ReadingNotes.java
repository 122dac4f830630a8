package org.narrowbert.model.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts what is read otherwise than it stands in the files, and remembers the first place of each kind. Not for several threads. */
public final class ReadingNotes {
    private final int documentLimit;
    private long cuts;
    private String firstCut = "";
    private long replacements;
    private String firstReplacement = "";

    /**
     * Nothing to tell yet.
     *
     * @param documentLimit bytes from which on documents are cut
     */
    ReadingNotes(int documentLimit) {
        this.documentLimit = documentLimit;
    }

    /** A document was too long and is split here. */
    public void cut(String place) {
        if (cuts++ == 0) {
            firstCut = place;
        }
    }

    /** How often one was split. */
    long cuts() {
        return cuts;
    }

    /** A line or a field has bytes or characters that are no text, which were replaced. */
    public void replaced(String place) {
        if (replacements++ == 0) {
            firstReplacement = place;
        }
    }

    /** What a user should know; empty when everything was read as it stands. */
    Optional<String> sentences() {
        List<String> sentences = new ArrayList<>();
        if (cuts > 0) {
            sentences.add("Documents longer than " + documentLimit + " bytes were split " + cuts + " times, first at "
                    + firstCut + ".");
        }
        if (replacements > 0) {
            sentences.add("What is not text was replaced by U+FFFD in " + replacements + " places, first at "
                    + firstReplacement + ".");
        }
        return sentences.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", sentences));
    }
}
