package org.narrowbert.model.data.text;

import java.util.Optional;

/** The documents of a file of text; lines and paragraphs beyond the limit come in several. */
final class TextReader implements DocumentReader {
    private final DocumentFile file;
    private final LineReader lines;
    private final ReadingNotes notes;
    private final int limit;
    private final boolean paragraphs;
    private final StringBuilder paragraph = new StringBuilder();

    /** A line that did not fit the last paragraph and begins the next; empty when there is none. */
    private String carried = "";

    TextReader(DocumentFile file, ReadingOptions options, ReadingNotes notes) {
        this.file = file;
        this.notes = notes;
        this.limit = options.documentLimit();
        this.lines = new LineReader(file, limit, options, notes);
        this.paragraphs = switch (options.unit()) {
            case LINE -> false;
            case PARAGRAPH -> true;
            case AUTOMATIC -> lines.looksLikeParagraphs();
        };
    }

    @Override
    public Optional<String> next() {
        return paragraphs ? nextParagraph() : nextPart();
    }

    private Optional<String> nextParagraph() {
        if (!carried.isEmpty()) {
            paragraph.append(carried);
            carried = "";
        }
        for (Optional<String> line = nextPart(); line.isPresent(); line = nextPart()) {
            boolean blank = line.get().isBlank();
            if (blank && !paragraph.isEmpty()) {
                return takeParagraph();
            }
            if (!blank
                    && !paragraph.isEmpty()
                    && paragraph.length() + line.get().length() >= limit) {
                notes.cut(file + ", " + place());
                carried = line.get();
                return takeParagraph();
            }
            if (!blank) {
                paragraph.append(paragraph.isEmpty() ? "" : "\n").append(line.get());
                if (paragraph.length() >= limit) {
                    notes.cut(file + ", " + place());
                    return takeParagraph();
                }
            }
        }
        return paragraph.isEmpty() ? Optional.empty() : takeParagraph();
    }

    private Optional<String> takeParagraph() {
        String text = paragraph.toString();
        paragraph.setLength(0);
        return Optional.of(text);
    }

    private Optional<String> nextPart() {
        Optional<String> part = lines.next();
        if (lines.wasCut()) {
            notes.cut(file + ", " + place());
        }
        return part;
    }

    @Override
    public long bytesRead() {
        return lines.bytesRead();
    }

    @Override
    public String place() {
        return "line " + lines.line();
    }

    @Override
    public void close() {
        lines.close();
    }
}
