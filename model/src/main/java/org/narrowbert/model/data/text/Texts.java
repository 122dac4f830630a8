package org.narrowbert.model.data.text;

import java.nio.file.Path;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;

/**
 * The texts of one file in their order, for what answers each of them: every line of text, also an empty one, every object of JSON Lines, every row of
 * Parquet; none is divided, and a null is refused. One is held at a time. For one thread.
 */
public final class Texts implements AutoCloseable {
    private final DocumentFile file;
    private final DocumentReader reader;
    private final ReadingNotes notes;

    private Texts(DocumentFile file, DocumentFormat format, ReadingOptions options) {
        this.file = file;
        this.notes = new ReadingNotes(options.documentLimit());
        this.reader = format.open(file, options, notes);
    }

    /**
     * Opens a file.
     *
     * @param textColumn name of the field or column with the text, where there are some
     * @throws RunError when it is missing, empty or of a kind that cannot be read
     */
    public static Texts open(Path path, String textColumn) {
        DocumentFile file = DocumentFile.of(path);
        file.check();
        return new Texts(file, DocumentFormats.find().of(file), lineByLine(textColumn));
    }

    /**
     * Opens a file as lines of text, whatever its name says of what they hold; it may be compressed as a whole.
     *
     * @throws RunError when it is missing or empty
     */
    public static Texts lines(Path path) {
        DocumentFile file = DocumentFile.of(path);
        file.check();
        return new Texts(file, new TextFormat(), lineByLine(ReadingOptions.TEXT_COLUMN));
    }

    private static ReadingOptions lineByLine(String textColumn) {
        return new ReadingOptions(
                DocumentUnit.LINE, textColumn, EncodingErrors.STRICT, ReadingOptions.DOCUMENT_LIMIT, false, true);
    }

    /** Whether a file is by its name of a kind that has fields or columns, one of which is the text. */
    public static boolean haveColumns(Path path) {
        return !(DocumentFormats.find().of(DocumentFile.of(path)) instanceof TextFormat);
    }

    /** Whether a text has neither NUL nor half a surrogate pair. */
    public static boolean areSound(String text) {
        return FileDocuments.isSound(text);
    }

    /**
     * The next text; empty after the last.
     *
     * @throws RunError naming file and line when that is no text, or too long to be one
     */
    public Optional<String> next() {
        Optional<String> text = reader.next();
        if (notes.cuts() > 0) {
            throw new RunError(
                    where() + " is longer than " + ReadingOptions.DOCUMENT_LIMIT + " bytes: one text a line is read");
        }
        if (text.isPresent() && !FileDocuments.isSound(text.get())) {
            throw new RunError(where() + " has NUL or half a surrogate pair, which is no text: mend it");
        }
        return text;
    }

    /** Where the last text stands, for people. */
    public String where() {
        return file + ", " + reader.place() + ",";
    }

    /** Where in the file the last text stands: "line 12", "row 7". */
    public String place() {
        return reader.place();
    }

    /** Size of the file on the disk. */
    public long bytes() {
        return file.bytes();
    }

    /** Bytes of the file on the disk that the texts so far took, as near as can be told. */
    public long bytesRead() {
        return reader.bytesRead();
    }

    @Override
    public void close() {
        reader.close();
    }
}
