package org.narrowbert.model.data.text;

import java.util.List;

/** Plain text: documents are lines or paragraphs. It takes every file that no other format takes. */
final class TextFormat implements DocumentFormat {
    @Override
    public String name() {
        return "text";
    }

    @Override
    public List<String> endings() {
        return List.of(".txt", ".text", ".md");
    }

    @Override
    public boolean compressible() {
        return true;
    }

    @Override
    public void check(DocumentFile file, ReadingOptions options, ReadingNotes notes) {
        // Text has no fields.
    }

    @Override
    public DocumentReader open(DocumentFile file, ReadingOptions options, ReadingNotes notes) {
        return new TextReader(file, options, notes);
    }
}
