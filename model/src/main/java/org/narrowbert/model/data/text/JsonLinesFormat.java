package org.narrowbert.model.data.text;

import java.util.List;

/** JSON Lines: one object a line, one of whose fields is a document. */
final class JsonLinesFormat implements DocumentFormat {
    @Override
    public String name() {
        return "JSON Lines";
    }

    @Override
    public List<String> endings() {
        return List.of(".jsonl", ".ndjson", ".json");
    }

    @Override
    public boolean compressible() {
        return true;
    }

    @Override
    public void check(DocumentFile file, ReadingOptions options, ReadingNotes notes) {
        try (DocumentReader lines = open(file, options, notes)) {
            lines.next();
        }
    }

    @Override
    public DocumentReader open(DocumentFile file, ReadingOptions options, ReadingNotes notes) {
        return new JsonLinesReader(file, options, notes);
    }
}
