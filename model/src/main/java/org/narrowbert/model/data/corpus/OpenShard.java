package org.narrowbert.model.data.corpus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.narrowbert.engine.error.RunError;

/** A shard that is read: ids by place, lengths and places of documents by number. For one thread. */
final class OpenShard implements AutoCloseable {
    /** Bytes that are read at once. */
    private static final int BUFFER = 1 << 16;

    private final Shard shard;
    private final int width;
    private final VerifiedFile ids;
    private final VerifiedFile index;
    private final String indexName;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Opens a shard: looks at the sizes of its files and at the head of its index.
     *
     * @throws RunError if they are not what was written
     */
    OpenShard(Path folder, Shard shard, int vocabularySize) {
        this.shard = shard;
        this.width = Shard.width(vocabularySize);
        this.indexName = folder.resolve(shard.index().name()).toString();
        this.ids = new VerifiedFile(folder, shard.ids(), (part, where) -> checkIds(part, where, vocabularySize));
        this.index = new VerifiedFile(folder, shard.index(), (part, where) -> {});
        try {
            checkHeader();
        } catch (RuntimeException error) {
            close();
            throw error;
        }
    }

    private void checkHeader() {
        ByteBuffer head = ByteBuffer.allocate(Shard.HEADER).order(ByteOrder.LITTLE_ENDIAN);
        index.read(0, head);
        byte[] magic = new byte[Shard.magic().length];
        head.flip().get(magic);
        if (!Arrays.equals(magic, Shard.magic())
                || head.getLong() != Shard.VERSION
                || head.get() != Shard.kind(width)
                || head.getLong() != shard.documents()
                || head.getLong() != shard.documents() + 1) {
            throw new RunError(indexName + " is not the index of " + shard.documents() + " documents with ids of "
                    + width + " bytes: prepare the text again");
        }
    }

    private void checkIds(ByteBuffer part, String where, int vocabularySize) {
        while (part.hasRemaining()) {
            int id = width == Character.BYTES ? part.getChar() : part.getInt();
            if (id < 0 || id >= vocabularySize) {
                throw new RunError(where + " hold the id " + id + " of a vocabulary of " + vocabularySize
                        + ": prepare the text again");
            }
        }
    }

    /** What it is made of. */
    Shard shard() {
        return shard;
    }

    /** Copies ids {@code from} to {@code from + count - 1} of the shard. */
    void copy(long from, int[] into, int at, int count) {
        for (int done = 0; done < count; ) {
            int now = Math.min(count - done, BUFFER / width);
            ids.read((from + done) * width, buffer.clear().limit(now * width));
            buffer.flip();
            for (int i = 0; i < now; i++) {
                into[at + done + i] = width == Character.BYTES ? buffer.getChar() : buffer.getInt();
            }
            done += now;
        }
    }

    /** Copies the lengths of documents {@code from} to {@code from + count - 1} of the shard. */
    void copyLengths(long from, int[] into, int at, int count) {
        for (int done = 0; done < count; ) {
            int now = Math.min(count - done, BUFFER / Integer.BYTES);
            index.read(
                    Shard.HEADER + (from + done) * Integer.BYTES, buffer.clear().limit(now * Integer.BYTES));
            buffer.flip();
            for (int i = 0; i < now; i++) {
                int length = buffer.getInt();
                if (length < 0 || length > shard.tokens()) {
                    throw wrong(from + done + i);
                }
                into[at + done + i] = length;
            }
            done += now;
        }
    }

    /** The place in the shard of a document's first id. */
    long documentStart(long document) {
        int[] length = new int[1];
        copyLengths(Objects.checkIndex(document, shard.documents()), length, 0, 1);
        index.read(
                Shard.pointers(shard.documents()) + document * Long.BYTES,
                buffer.clear().limit(Long.BYTES));
        long place = buffer.flip().getLong();
        if (place < 0 || place % width != 0 || place / width + length[0] > shard.tokens()) {
            throw wrong(document);
        }
        return place / width;
    }

    private RunError wrong(long document) {
        return new RunError(
                indexName + " is wrong about document " + document + " of the shard: prepare the text again");
    }

    @Override
    public void close() {
        ids.close();
        index.close();
    }
}
