package org.narrowbert.model.data.text;

/** What one document is in a file of text. */
public enum DocumentUnit {
    /** Every line that is not blank. */
    LINE,
    /** Every block of lines between blank lines, its lines joined by line feeds. */
    PARAGRAPH,
    /** Paragraphs if a blank line stands within the text of the file's first MiB, else lines. */
    AUTOMATIC
}
