package org.narrowbert.model.data.text;

import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;

/** The documents of files, one file open at a time: blank ones are passed over, those beyond the limit come in several. */
final class FileDocuments implements Documents {
    private final List<DocumentFile> files;
    private final DocumentFormats formats;
    private final ReadingOptions options;
    private final ReadingNotes notes;
    private Optional<DocumentReader> reader = Optional.empty();
    private boolean fileHasText;
    private int file = -1;
    private long bytesOfEarlierFiles;

    /** What is left of a document that is longer than the limit. */
    private String rest = "";

    FileDocuments(List<DocumentFile> files, DocumentFormats formats, ReadingOptions options) {
        this.files = files;
        this.formats = formats;
        this.options = options;
        this.notes = new ReadingNotes(options.documentLimit());
    }

    @Override
    public Optional<String> next() {
        while (!rest.isEmpty() || reader.isPresent() || openNextFile()) {
            Optional<String> text = rest.isEmpty() ? sound(reader.orElseThrow()) : Optional.of(rest);
            if (text.isEmpty()) {
                closeFile();
            } else {
                String document = part(text.get());
                if (!document.isBlank()) {
                    fileHasText = true;
                    return Optional.of(document);
                }
            }
        }
        return Optional.empty();
    }

    private boolean openNextFile() {
        if (file + 1 >= files.size()) {
            return false;
        }
        DocumentFile next = files.get(++file);
        reader = Optional.of(formats.of(next).open(next, options, notes));
        fileHasText = false;
        return true;
    }

    private void closeFile() {
        if (!fileHasText && files.get(file).start() == 0) {
            throw new RunError(files.get(file) + " has no text: name a file with text");
        }
        bytesOfEarlierFiles += reader.orElseThrow().bytesRead();
        close();
    }

    /** The file's next document, made of whole characters: a field's escapes can name NUL or half a character. */
    private Optional<String> sound(DocumentReader open) {
        Optional<String> text = open.next();
        if (text.isEmpty() || isSound(text.get())) {
            return text;
        }
        if (options.encodingErrors() == EncodingErrors.STRICT) {
            throw new RunError(files.get(file) + ", " + open.place() + ", has NUL or half a surrogate pair, which is no"
                    + " text: mend it, or add --encoding-errors replace");
        }
        notes.replaced(files.get(file) + ", " + open.place());
        return text.map(FileDocuments::replaced);
    }

    /** Whether a text has neither NUL nor half a surrogate pair. */
    static boolean isSound(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static String replaced(String text) {
        StringBuilder sound = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? 0xFFFD : c)
                .forEach(sound::appendCodePoint);
        return sound.toString();
    }

    /** As much of a text as one document may have, cut after a blank or else before a character; keeps the rest. */
    private String part(String text) {
        int limit = options.documentLimit();
        if (text.length() <= limit) {
            rest = "";
            return text;
        }
        int blank = text.lastIndexOf(' ', limit - 1) + 1;
        int cut = blank > limit / 2 ? blank : Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
        notes.cut(files.get(file) + ", " + reader.orElseThrow().place());
        rest = text.substring(cut);
        return text.substring(0, cut);
    }

    @Override
    public long bytesRead() {
        return bytesOfEarlierFiles + reader.map(DocumentReader::bytesRead).orElse(0L);
    }

    @Override
    public Optional<String> notice() {
        return notes.sentences();
    }

    @Override
    public void close() {
        reader.ifPresent(DocumentReader::close);
        reader = Optional.empty();
    }
}
