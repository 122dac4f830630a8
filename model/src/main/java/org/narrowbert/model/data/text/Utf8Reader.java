package org.narrowbert.model.data.text;

import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.narrowbert.engine.error.RunError;

/** The characters of a file of UTF-8, for a parser that wants them; what is no UTF-8 is refused with its byte. A byte order mark is passed over. */
final class Utf8Reader extends Reader {
    private final DocumentFile file;
    private final DocumentInput input;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
    private long offset;
    private boolean atEnd;
    private boolean begun;

    private Utf8Reader(DocumentFile file, DocumentInput input) {
        this.file = file;
        this.input = input;
    }

    static Utf8Reader open(DocumentFile file) {
        return new Utf8Reader(file, file.open());
    }

    @Override
    public int read(char[] into, int at, int count) {
        if (count == 0) {
            return 0;
        }
        CharBuffer characters = CharBuffer.wrap(into, at, count);
        while (true) {
            int before = bytes.position();
            CoderResult result = decoder.decode(bytes, characters, atEnd);
            offset += bytes.position() - before;
            if (result.isError()) {
                throw new RunError(file + " is not UTF-8 text: byte " + offset
                        + (file.compression() == Compression.NONE ? "" : " of the decompressed text")
                        + " cannot be decoded; convert the file to UTF-8");
            }
            int read = characters.position();
            if (read > 0) {
                return read;
            }
            if (result.isOverflow()) {
                // Half a surrogate pair does not fit: one character was asked for, and two are due.
                throw new IllegalArgumentException("room for " + count + " character");
            }
            if (atEnd) {
                return -1;
            }
            fill();
        }
    }

    private void fill() {
        bytes.compact();
        int read = input.read(bytes.array(), bytes.position(), bytes.remaining());
        atEnd = bytes.remaining() > read;
        bytes.position(bytes.position() + read).flip();
        if (!begun) {
            begun = true;
            if (bytes.limit() >= 3
                    && bytes.get(0) == (byte) 0xEF
                    && bytes.get(1) == (byte) 0xBB
                    && bytes.get(2) == (byte) 0xBF) {
                bytes.position(3);
                offset = 3;
            }
        }
    }

    @Override
    public void close() {
        input.close();
    }
}
