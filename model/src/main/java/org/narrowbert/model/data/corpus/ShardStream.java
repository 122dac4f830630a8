package org.narrowbert.model.data.corpus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.narrowbert.engine.error.RunError;

/** The shards of one split end to end. For one thread. */
final class ShardStream implements TokenStream, AutoCloseable {
    private final List<OpenShard> shards = new ArrayList<>();

    /** The first token of each shard, and the number of tokens at the end. */
    private final long[] tokenStarts;

    /** The first document of each shard, and the number of documents at the end. */
    private final long[] documentStarts;

    ShardStream(Path folder, List<Shard> shards, int vocabularySize) {
        this.tokenStarts = new long[shards.size() + 1];
        this.documentStarts = new long[shards.size() + 1];
        try {
            for (int i = 0; i < shards.size(); i++) {
                this.shards.add(new OpenShard(folder, shards.get(i), vocabularySize));
                tokenStarts[i + 1] = tokenStarts[i] + shards.get(i).tokens();
                documentStarts[i + 1] = documentStarts[i] + shards.get(i).documents();
            }
        } catch (RuntimeException error) {
            close();
            throw error;
        }
    }

    @Override
    public long size() {
        return tokenStarts[shards.size()];
    }

    @Override
    public void copy(long from, int[] into, int at, int count) {
        Objects.checkFromIndexSize(from, count, size());
        int shard = count == 0 ? 0 : shardOf(from, tokenStarts);
        for (int done = 0; done < count; shard++) {
            long place = from + done;
            int now = (int) Math.min(count - done, tokenStarts[shard + 1] - place);
            shards.get(shard).copy(place - tokenStarts[shard], into, at + done, now);
            done += now;
        }
    }

    @Override
    public long documents() {
        return documentStarts[shards.size()];
    }

    @Override
    public long documentStart(long document) {
        Objects.checkIndex(document, documents());
        int shard = shardOf(document, documentStarts);
        return tokenStarts[shard] + shards.get(shard).documentStart(document - documentStarts[shard]);
    }

    @Override
    public void copyLengths(long from, int[] into, int at, int count) {
        Objects.checkFromIndexSize(from, count, documents());
        int shard = count == 0 ? 0 : shardOf(from, documentStarts);
        for (int done = 0; done < count; shard++) {
            long document = from + done;
            int now = (int) Math.min(count - done, documentStarts[shard + 1] - document);
            shards.get(shard).copyLengths(document - documentStarts[shard], into, at + done, now);
            done += now;
        }
    }

    /** The shard that holds a number; no shard is empty. */
    private int shardOf(long number, long[] starts) {
        int low = 0;
        int high = shards.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= number) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    @Override
    public void close() {
        List<RunError> problems = new ArrayList<>();
        for (OpenShard shard : shards) {
            try {
                shard.close();
            } catch (RunError error) {
                problems.add(error);
            }
        }
        if (!problems.isEmpty()) {
            throw problems.getFirst();
        }
    }
}
