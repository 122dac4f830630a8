package org.narrowbert.model.data.corpus;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.Documents;
import org.narrowbert.model.data.text.TextSource;
import org.narrowbert.model.files.DiskRoom;

/**
 * How much disk prepared text will take, estimated from a sample of it.
 *
 * @param documents about how many
 * @param tokens about how many
 * @param bytes of disk
 */
public record DiskNeed(long documents, long tokens, long bytes) {
    /** Places in the text that are looked at. */
    private static final int PLACES = 8;

    /** Most bytes that are looked at in each, as they lie on the disk. */
    private static final long SAMPLE_BYTES = 1 << 17;

    /** Estimates one text from samples at eight places of it. */
    static DiskNeed of(TextSource text, DocumentEncoder encoder) {
        double bytes = 0;
        double documents = 0;
        double tokens = 0;
        long most = Math.min(SAMPLE_BYTES, text.bytes() / PLACES);
        for (int place = 0; place < PLACES; place++) {
            try (Documents sample = text.sample(text.bytes() / PLACES * place)) {
                for (Optional<String> one = sample.next(); one.isPresent(); one = sample.next()) {
                    documents++;
                    tokens += encoder.ids(List.of(one.get())).getFirst().length;
                    if (sample.bytesRead() > most) {
                        break;
                    }
                }
                bytes += sample.bytesRead();
            } catch (RunError error) {
                // What cannot be read is told with its line when all of the text is read, not from a sample of it.
            }
        }
        double scale = text.bytes() / Math.max(1, bytes);
        return of(
                Math.round(documents * scale),
                Math.round(tokens * scale),
                Shard.width(encoder.tokenizer().vocabularySize()));
    }

    private static DiskNeed of(long documents, long tokens, int width) {
        return new DiskNeed(documents, tokens, tokens * width + Shard.indexBytes(documents));
    }

    DiskNeed plus(DiskNeed other) {
        return new DiskNeed(documents + other.documents, tokens + other.tokens, bytes + other.bytes);
    }

    /**
     * Refuses to begin what will not fit.
     *
     * @param free bytes that are free there
     */
    public void check(Path folder, long free) {
        if (!DiskRoom.fits(bytes, free)) {
            throw new RunError(
                    "the prepared text will take about %,.1f MB in %s, where %,.1f MB are free: free some, or"
                                    .formatted(bytes / 1e6, folder, free / 1e6)
                            + " name a folder on another disk");
        }
    }
}
