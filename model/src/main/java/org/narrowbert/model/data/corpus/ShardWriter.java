package org.narrowbert.model.data.corpus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes the documents of one split as shards. What it holds does not grow with the text. For one thread. */
final class ShardWriter implements AutoCloseable {
    /** Most bytes of ids a shard, but for a single document that has more. */
    static final long SHARD_BYTES = 256L << 20;

    /** Most documents a shard: their lengths are held until it ends. */
    static final int SHARD_DOCUMENTS = 1 << 20;

    private final Path folder;
    private final String split;
    private final int width;
    private final long shardTokens;
    private final List<Shard> shards = new ArrayList<>();
    private Optional<ChecksummedOutput> ids = Optional.empty();
    private int[] lengths = new int[1024];
    private int documents;
    private long tokens;

    /**
     * A writer that has not begun.
     *
     * @param folder exists
     * @param split begins the files' names
     * @param shardBytes most bytes of ids a shard
     */
    ShardWriter(Path folder, String split, int vocabularySize, long shardBytes) {
        this.folder = folder;
        this.split = split;
        this.width = Shard.width(vocabularySize);
        this.shardTokens = shardBytes / width;
    }

    /** Adds a document. */
    void add(int[] document) {
        if (documents == SHARD_DOCUMENTS || (documents > 0 && tokens + document.length > shardTokens)) {
            endShard();
        }
        if (ids.isEmpty()) {
            ids = Optional.of(new ChecksummedOutput(folder, Shard.fileName(split, shards.size(), ".bin")));
        }
        ChecksummedOutput output = ids.get();
        for (int id : document) {
            if (width == Character.BYTES) {
                output.putShort((short) id);
            } else {
                output.putInt(id);
            }
        }
        if (documents == lengths.length) {
            lengths = Arrays.copyOf(lengths, 2 * documents);
        }
        lengths[documents++] = document.length;
        tokens += document.length;
    }

    /** Ends the last shard. */
    List<Shard> finish() {
        if (documents > 0) {
            endShard();
        }
        return List.copyOf(shards);
    }

    private void endShard() {
        DatasetFile written = ids.orElseThrow().finish();
        ids.orElseThrow().close();
        ids = Optional.empty();
        shards.add(new Shard(documents, tokens, written, writeIndex()));
        documents = 0;
        tokens = 0;
    }

    private DatasetFile writeIndex() {
        try (ChecksummedOutput index = new ChecksummedOutput(folder, Shard.fileName(split, shards.size(), ".idx"))) {
            for (byte one : Shard.magic()) {
                index.putByte(one);
            }
            index.putLong(Shard.VERSION);
            index.putByte(Shard.kind(width));
            index.putLong(documents);
            index.putLong(documents + 1);
            for (int i = 0; i < documents; i++) {
                index.putInt(lengths[i]);
            }
            long place = 0;
            for (int i = 0; i < documents; i++) {
                index.putLong(place);
                place += (long) lengths[i] * width;
            }
            for (int i = 0; i <= documents; i++) {
                index.putLong(i);
            }
            return index.finish();
        }
    }

    /** Lets go of a shard that was not ended. */
    @Override
    public void close() {
        ids.ifPresent(ChecksummedOutput::close);
    }
}
