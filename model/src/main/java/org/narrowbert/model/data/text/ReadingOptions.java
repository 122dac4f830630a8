package org.narrowbert.model.data.text;

import org.narrowbert.engine.error.UserError;

/**
 * How files are read as documents.
 *
 * @param unit what one document is in a file of text
 * @param textColumn name of the field or column with the text, in files that have some
 * @param encodingErrors what is done about bytes that are no text
 * @param documentLimit most bytes of a document, at least 4: longer ones are split and counted
 * @param canBeReplaced whether who reads may ask for {@link EncodingErrors#REPLACE} instead
 * @param nullRefused whether a null is refused, which otherwise is a document without text
 */
public record ReadingOptions(
        DocumentUnit unit,
        String textColumn,
        EncodingErrors encodingErrors,
        int documentLimit,
        boolean canBeReplaced,
        boolean nullRefused) {
    /** The usual name of the field with the text. */
    public static final String TEXT_COLUMN = "text";

    /** Most bytes of a document unless something else is said. */
    public static final int DOCUMENT_LIMIT = 16 << 20;

    public ReadingOptions {
        if (textColumn.isBlank()) {
            throw new UserError("the name of the text column is empty: give its name, such as " + TEXT_COLUMN);
        }
        if (documentLimit < 4) {
            throw new IllegalArgumentException("documents of " + documentLimit + " bytes");
        }
    }

    /** Of a command that has the option {@code --encoding-errors}. */
    public ReadingOptions(DocumentUnit unit, String textColumn, EncodingErrors encodingErrors, int documentLimit) {
        this(unit, textColumn, encodingErrors, documentLimit, true, false);
    }

    /** How else a file can be read that is refused for its bytes, as the end of a sentence; empty where it cannot. */
    public String wayOut() {
        return canBeReplaced ? ", or add --encoding-errors replace" : "";
    }

    /** The usual options, with documents of the given unit. */
    public static ReadingOptions of(DocumentUnit unit) {
        return new ReadingOptions(unit, TEXT_COLUMN, EncodingErrors.STRICT, DOCUMENT_LIMIT);
    }
}
