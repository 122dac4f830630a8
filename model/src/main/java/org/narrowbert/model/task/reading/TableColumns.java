package org.narrowbert.model.task.reading;

import java.util.Optional;

/**
 * Which columns of a table hold what.
 *
 * @param text column of the text; empty for the usual names: sentence1, sentence, text
 * @param second column of the pair's second text; empty where there is none, or for sentence2 if the text is sentence1
 * @param label column of the label, the number, or the list of labels
 * @param labelSeparator what stands between several labels in one field; empty where lists are lists
 */
public record TableColumns(
        Optional<String> text, Optional<String> second, String label, Optional<String> labelSeparator) {
    /** The usual name of the column with the label. */
    public static final String LABEL = "label";

    /** The usual names. */
    public static TableColumns usual() {
        return new TableColumns(Optional.empty(), Optional.empty(), LABEL, Optional.empty());
    }
}
