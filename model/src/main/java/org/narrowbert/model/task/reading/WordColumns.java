package org.narrowbert.model.task.reading;

import java.util.Optional;

/**
 * Which columns of a table hold a sentence's words and their labels, a list each.
 *
 * @param words column of the words; empty for the usual names: tokens, words
 * @param labels column of the labels; empty for the usual names: ner_tags, tags, labels
 */
public record WordColumns(Optional<String> words, Optional<String> labels) {
    /** The usual names. */
    public static WordColumns usual() {
        return new WordColumns(Optional.empty(), Optional.empty());
    }
}
