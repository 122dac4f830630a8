package org.narrowbert.model.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;

/** The lines of one file of UTF-8 text, with the place of every byte; a line beyond a limit comes in several parts. */
final class LineReader implements AutoCloseable {
    private static final int LOOK_AHEAD = 1 << 20;

    private final Path file;
    private final InputStream input;
    private final int limit;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

    /** Bytes from {@code position} to {@code end} are read from the file and not yet handed out. */
    private byte[] buffer = new byte[LOOK_AHEAD];

    private int position;
    private int end;
    private boolean atEndOfFile;
    private long offset;
    private long line;
    private boolean lineGoesOn;

    /**
     * Opens a file.
     *
     * @param limit most bytes of a line, at least 4
     */
    LineReader(Path file, int limit) {
        this.file = file;
        this.limit = limit;
        try {
            this.input = Files.newInputStream(file);
        } catch (IOException e) {
            throw failure(e);
        }
        fill();
        if (end >= 3 && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
            advance(3);
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
        for (int i = position; i < position + length; i++) {
            if (buffer[i] == 0) {
                throw new RunError(
                        file + " is not text: byte " + (offset + i - position) + " is NUL; name a file of UTF-8 text");
            }
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, position, length);
        try {
            String text = decoder.decode(bytes).toString();
            advance(length + lineEnd);
            return text;
        } catch (CharacterCodingException e) {
            throw new RunError(
                    file + " is not UTF-8 text: byte " + (offset + bytes.position() - position) + ", in line " + line
                            + ", cannot be decoded; convert the file to UTF-8",
                    e);
        }
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
        try {
            int read = input.readNBytes(buffer, end, buffer.length - end);
            end += read;
            atEndOfFile = end < buffer.length;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private RunError failure(IOException e) {
        return new RunError("cannot read " + file + ": " + e.getMessage(), e);
    }

    /** Number of the line that {@link #next} gave last, from 1. */
    long line() {
        return line;
    }

    /** Whether the line that {@link #next} gave last was cut for its length. */
    boolean wasCut() {
        return lineGoesOn;
    }

    /** Bytes handed out. */
    long offset() {
        return offset;
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
