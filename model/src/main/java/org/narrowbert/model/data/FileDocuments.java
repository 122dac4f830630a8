package org.narrowbert.model.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;

/** The documents of text files, one file open at a time. */
final class FileDocuments implements Documents {
    private final List<Path> files;
    private final DocumentUnit unit;
    private final int limit;
    private final StringBuilder paragraph = new StringBuilder();

    /** A line that did not fit the last paragraph and begins the next; empty when there is none. */
    private String carried = "";

    private Optional<LineReader> reader = Optional.empty();
    private boolean paragraphs;
    private boolean fileHasText;
    private int file = -1;
    private long bytesOfEarlierFiles;
    private long cuts;
    private String firstCut = "";

    FileDocuments(List<Path> files, DocumentUnit unit) {
        this(files, unit, TextFiles.DOCUMENT_LIMIT);
    }

    /** Reads with another limit on a document's bytes, which tests use. */
    FileDocuments(List<Path> files, DocumentUnit unit, int limit) {
        this.files = files;
        this.unit = unit;
        this.limit = limit;
    }

    @Override
    public Optional<String> next() {
        while (reader.isPresent() || openNextFile()) {
            Optional<String> document = paragraphs ? nextParagraph(reader.get()) : nextLine(reader.get());
            if (document.isPresent()) {
                fileHasText = true;
                return document;
            }
            closeFile();
        }
        return Optional.empty();
    }

    private boolean openNextFile() {
        if (file + 1 >= files.size()) {
            return false;
        }
        LineReader next = new LineReader(files.get(++file), limit);
        reader = Optional.of(next);
        fileHasText = false;
        paragraphs = switch (unit) {
            case LINE -> false;
            case PARAGRAPH -> true;
            case AUTOMATIC -> next.looksLikeParagraphs();
        };
        return true;
    }

    private void closeFile() {
        if (!fileHasText) {
            throw new RunError(files.get(file) + " has no text, only blank lines: name a file with text");
        }
        bytesOfEarlierFiles += reader.orElseThrow().offset();
        close();
    }

    private Optional<String> nextLine(LineReader lines) {
        Optional<String> line = nextPart(lines);
        while (line.isPresent() && line.get().isBlank()) {
            line = nextPart(lines);
        }
        return line;
    }

    private Optional<String> nextParagraph(LineReader lines) {
        if (!carried.isEmpty()) {
            paragraph.append(carried);
            carried = "";
        }
        for (Optional<String> line = nextPart(lines); line.isPresent(); line = nextPart(lines)) {
            boolean blank = line.get().isBlank();
            if (blank && !paragraph.isEmpty()) {
                return takeParagraph();
            }
            if (!blank
                    && !paragraph.isEmpty()
                    && paragraph.length() + line.get().length() >= limit) {
                countCut(lines);
                carried = line.get();
                return takeParagraph();
            }
            if (!blank) {
                paragraph.append(paragraph.isEmpty() ? "" : "\n").append(line.get());
                if (paragraph.length() >= limit) {
                    countCut(lines);
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

    private Optional<String> nextPart(LineReader lines) {
        Optional<String> part = lines.next();
        if (lines.wasCut()) {
            countCut(lines);
        }
        return part;
    }

    private void countCut(LineReader lines) {
        if (cuts++ == 0) {
            firstCut = files.get(file) + ", line " + lines.line();
        }
    }

    @Override
    public long bytesRead() {
        return bytesOfEarlierFiles + reader.map(LineReader::offset).orElse(0L);
    }

    @Override
    public Optional<String> notice() {
        return cuts == 0
                ? Optional.empty()
                : Optional.of("Lines or paragraphs longer than " + limit + " bytes were split " + cuts
                        + " times, first at " + firstCut + ".");
    }

    @Override
    public void close() {
        reader.ifPresent(LineReader::close);
        reader = Optional.empty();
    }
}
