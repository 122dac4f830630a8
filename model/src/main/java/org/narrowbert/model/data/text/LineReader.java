package org.narrowbert.model.data.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;

/** The lines of one file of UTF-8 text, with the place of every byte; a line beyond a limit comes in several parts. */
final class LineReader implements AutoCloseable {
    private static final int LOOK_AHEAD = 1 << 20;

    private final DocumentFile file;
    private final DocumentInput input;
    private final int limit;
    private final ReadingOptions options;
    private final ReadingNotes notes;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

    /** Bytes from {@code position} to {@code end} are read from the file and not yet handed out. */
    private byte[] buffer = new byte[LOOK_AHEAD];

    private int position;
    private int end;
    private boolean atEndOfFile;
    private long offset;
    private long line;

    /** Bytes of a line that began before the reading. */
    private long skipped;

    private boolean lineGoesOn;

    /**
     * Opens a file.
     *
     * @param limit most bytes of a line, at least 4
     */
    LineReader(DocumentFile file, int limit, ReadingOptions options, ReadingNotes notes) {
        this.file = file;
        this.limit = limit;
        this.options = options;
        this.notes = notes;
        this.input = file.open();
        try {
            fill();
        } catch (RuntimeException error) {
            input.close();
            throw error;
        }
        if (file.start() > 0) {
            skipLine();
        } else if (end >= 3 && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
            advance(3);
        }
    }

    /** Goes to the next line, or stays if none begins soon. */
    private void skipLine() {
        for (int i = 0; i < end; i++) {
            if (buffer[i] == '\n') {
                skipped = i + 1;
                advance(i + 1);
                return;
            }
        }
        while (position < Math.min(4, end) && (buffer[position] & 0xC0) == 0x80) {
            advance(1);
        }
    }

    /** Whether a blank line stands between lines with text in the first MiB. */
    boolean looksLikeParagraphs() {
        boolean text = false;
        boolean blank = false;
        boolean lineHasText = false;
        for (int i = position; i < end; i++) {
            if (buffer[i] == '\n') {
                blank |= text && !lineHasText;
                text |= lineHasText;
                lineHasText = false;
            } else if (buffer[i] > ' ' || buffer[i] < 0) {
                lineHasText = true;
                if (blank) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The next line without its end; empty after the last. */
    Optional<String> next() {
        int length = 0;
        while (true) {
            if (position + length == end && !atEndOfFile) {
                fill();
            }
            if (position + length == end) {
                return length == 0 ? Optional.empty() : Optional.of(take(length, 0, false));
            }
            if (buffer[position + length] == '\n') {
                boolean carriageReturn = length > 0 && buffer[position + length - 1] == '\r';
                return Optional.of(take(length - (carriageReturn ? 1 : 0), carriageReturn ? 2 : 1, false));
            }
            if (length == limit) {
                return Optional.of(take(partLength(), 0, true));
            }
            length++;
        }
    }

    /** Where to cut a line that is too long: after its last blank within the limit, or else before a character. */
    private int partLength() {
        for (int length = limit; length > limit / 2; length--) {
            if (buffer[position + length - 1] == ' ') {
                return length;
            }
        }
        int length = limit;
        while (length > limit - 3 && (buffer[position + length] & 0xC0) == 0x80) {
            length--;
        }
        return length;
    }

    private String take(int length, int lineEnd, boolean goesOn) {
        if (!lineGoesOn) {
            line++;
        }
        lineGoesOn = goesOn;
        String text = decode(length);
        advance(length + lineEnd);
        return text;
    }

    private String decode(int length) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, position, length);
        try {
            int nul = indexOfNul(length);
            if (nul == length) {
                return decoder.decode(bytes).toString();
            }
            if (options.encodingErrors() == EncodingErrors.STRICT) {
                throw new RunError(file + " is not text: " + bytePlace(nul) + " is NUL; name a file of UTF-8 text"
                        + options.wayOut());
            }
        } catch (CharacterCodingException e) {
            if (options.encodingErrors() == EncodingErrors.STRICT) {
                throw new RunError(
                        file + " is not UTF-8 text: " + bytePlace(bytes.position() - position) + ", in line " + line
                                + ", cannot be decoded; convert the file to UTF-8" + options.wayOut(),
                        e);
            }
        }
        notes.replaced(file + ", line " + line);
        return new String(buffer, position, length, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
    }

    private int indexOfNul(int length) {
        for (int i = 0; i < length; i++) {
            if (buffer[position + i] == 0) {
                return i;
            }
        }
        return length;
    }

    private String bytePlace(int place) {
        return "byte " + (offset + place) + (file.compression() == Compression.NONE ? "" : " of the decompressed text");
    }

    private void advance(int bytes) {
        position += bytes;
        offset += bytes;
    }

    /** Reads on until the buffer is full or the file ends, after moving what is left to the buffer's front and making room. */
    private void fill() {
        System.arraycopy(buffer, position, buffer, 0, end - position);
        end -= position;
        position = 0;
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * end);
        }
        end += input.read(buffer, end, buffer.length - end);
        atEndOfFile = end < buffer.length;
    }

    /** Number of the line that {@link #next} gave last, from 1. */
    long line() {
        return line;
    }

    /** Whether the line that {@link #next} gave last was cut for its length. */
    boolean wasCut() {
        return lineGoesOn;
    }

    /** Bytes of the file on the disk that the lines so far took; of a compressed one in proportion. */
    long bytesRead() {
        long decompressed = offset + end - position;
        return decompressed == input.bytesRead()
                ? offset - skipped
                : (long) ((double) offset / Math.max(1, decompressed) * input.bytesRead());
    }

    @Override
    public void close() {
        input.close();
    }
}
