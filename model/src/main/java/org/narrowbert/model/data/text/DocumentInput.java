package org.narrowbert.model.data.text;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FileProblem;

/** The decompressed bytes of an open file, whose failures are sentences with the file's name. For one thread. */
public final class DocumentInput implements AutoCloseable {
    private final DocumentFile file;
    private final Counting compressed;
    private final InputStream bytes;

    private DocumentInput(DocumentFile file, Counting compressed) throws IOException {
        this.file = file;
        this.compressed = compressed;
        this.bytes = file.compression().decompress(compressed);
    }

    static DocumentInput open(DocumentFile file) {
        InputStream stored;
        try {
            stored = Files.newInputStream(file.path());
        } catch (IOException error) {
            throw FileProblem.reading(file.path(), error);
        }
        return open(file, stored);
    }

    /** Begins to read the bytes of a file, which it owns from now on: they are closed where that fails. */
    static DocumentInput open(DocumentFile file, InputStream stored) {
        Counting counting = new Counting(stored);
        try {
            stored.skipNBytes(file.start());
            return new DocumentInput(file, counting);
        } catch (IOException error) {
            RunError problem = problem(file, counting, error);
            try {
                counting.close();
            } catch (IOException closing) {
                problem.addSuppressed(closing);
            }
            throw problem;
        }
    }

    /**
     * Reads bytes until there are as many as wanted or the file ends.
     *
     * @return how many there were
     */
    public int read(byte[] into, int at, int count) {
        try {
            return bytes.readNBytes(into, at, count);
        } catch (IOException error) {
            throw problem(file, compressed, error);
        } catch (RuntimeException error) {
            // The decompressor checks its input, and tells of damage by exceptions of several kinds.
            if (file.compression() == Compression.ZSTD) {
                throw damaged(file, compressed, error);
            }
            throw error;
        }
    }

    /** Bytes of the file on the disk that have been read. */
    public long bytesRead() {
        return compressed.count;
    }

    private static RunError problem(DocumentFile file, Counting compressed, IOException error) {
        if (compressed.failed || file.compression() == Compression.NONE) {
            return FileProblem.reading(file.path(), error);
        }
        boolean cutOff = error instanceof EOFException || compressed.atEnd && file.compression() == Compression.ZSTD;
        return cutOff
                ? new RunError(
                        file + " ends within its " + file.compression().title() + " data, after " + compressed.count
                                + " bytes: it was cut off, get the whole file",
                        error)
                : damaged(file, compressed, error);
    }

    private static RunError damaged(DocumentFile file, Counting compressed, Exception error) {
        return new RunError(
                file + " cannot be decompressed as " + file.compression().title() + ": "
                        + file.compression().damage(error) + ", at or before byte " + compressed.count
                        + "; get the file again, or give it another name if it is not compressed",
                error);
    }

    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException error) {
            throw FileProblem.reading(file.path(), error);
        }
    }

    /** Counts the bytes that are read. */
    private static final class Counting extends FilterInputStream {
        private long count;
        private boolean atEnd;
        private boolean failed;

        Counting(InputStream bytes) {
            super(bytes);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            try {
                int read = super.read(into, at, length);
                count += Math.max(0, read);
                atEnd |= read < 0;
                return read;
            } catch (IOException error) {
                failed = true;
                throw error;
            }
        }
    }
}
