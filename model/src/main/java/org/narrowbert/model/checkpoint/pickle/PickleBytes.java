package org.narrowbert.model.checkpoint.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FileProblem;

/** A range of a file, little-endian, read forward. Whatever is beyond its end is an error that names the file. */
final class PickleBytes {
    private static final int WINDOW = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final long end;
    private final ByteBuffer window =
            ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long windowEnd;

    PickleBytes(Path file, FileChannel channel, long start, long end) {
        this.file = file;
        this.channel = channel;
        this.windowEnd = start;
        this.end = end;
    }

    /** The place of the next byte in the file. */
    long position() {
        return windowEnd - window.remaining();
    }

    int unsignedByte() {
        return need(1).get() & 0xff;
    }

    int unsignedShort() {
        return need(2).getShort() & 0xffff;
    }

    int signedInt() {
        return need(4).getInt();
    }

    long unsignedInt() {
        return need(4).getInt() & 0xffff_ffffL;
    }

    long signedLong() {
        return need(8).getLong();
    }

    /** A string of so many bytes. */
    String text(long length) {
        byte[] bytes = new byte[Math.toIntExact(checkLength(length))];
        for (int done = 0; done < bytes.length; ) {
            int now = Math.min(bytes.length - done, WINDOW);
            need(now).get(bytes, done, now);
            done += now;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException error) {
            throw new RunError(file + ": its pickle has a string that is not UTF-8 text", error);
        }
    }

    /** A line without its end. */
    String line() {
        StringBuilder line = new StringBuilder();
        for (int next = unsignedByte(); next != '\n'; next = unsignedByte()) {
            if (line.length() == Unpickler.MAX_TEXT) {
                throw wrong("has a line of more than " + Unpickler.MAX_TEXT + " characters");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    /** The file with what is wrong with its pickle. */
    RunError wrong(String what) {
        return new RunError(file + ": its pickle " + what);
    }

    private long checkLength(long length) {
        if (length > Unpickler.MAX_TEXT) {
            throw wrong("has a string of " + length + " bytes, at most " + Unpickler.MAX_TEXT + " are allowed");
        }
        return length;
    }

    private ByteBuffer need(int bytes) {
        if (window.remaining() < bytes) {
            window.compact();
            try {
                while (window.position() < bytes) {
                    int most = (int) Math.min(window.remaining(), end - windowEnd);
                    int read = most <= 0 ? -1 : channel.read(window.slice(window.position(), most), windowEnd);
                    if (read < 0) {
                        window.flip();
                        throw wrong("ends early");
                    }
                    window.position(window.position() + read);
                    windowEnd += read;
                }
            } catch (IOException error) {
                throw FileProblem.reading(file, error);
            }
            window.flip();
        }
        return window;
    }
}
