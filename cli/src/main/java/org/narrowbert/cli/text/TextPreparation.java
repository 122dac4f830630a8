package org.narrowbert.cli.text;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.narrowbert.cli.terminal.Progress;
import org.narrowbert.model.data.corpus.CorpusPreparation;
import org.narrowbert.model.data.corpus.DiskNeed;
import org.narrowbert.model.data.corpus.PreparedCorpus;
import org.narrowbert.model.files.DiskRoom;

/**
 * The preparation of a text as a command shows it: what disk it will take, and how far it is.
 *
 * @param preparation of the text
 * @param folder where the prepared text goes; one that exists is replaced
 * @param how on what, and what stops it
 */
public record TextPreparation(CorpusPreparation preparation, Path folder, Preparing how) {
    /** Prepares the text and opens it; the caller closes it. */
    public PreparedCorpus run() {
        PrintWriter out = how.out();
        DiskNeed need = preparation.need();
        long free = DiskRoom.free(folder);
        out.println("text     " + preparation.description());
        out.println("         about %,d tokens, which will take %s in %s (%,.0f MB are free)"
                .formatted(need.tokens(), size(need.bytes()), folder, free / 1e6));
        need.check(folder, free);
        try (Progress progress = Progress.open(out, "tokenizing", preparation.bytes())) {
            how.interrupts()
                    .whileWriting(check -> preparation.write(
                            folder,
                            true,
                            how.threads(),
                            bytes -> {
                                check.run();
                                progress.update(bytes, "bytes");
                            },
                            progress::println));
        }
        return PreparedCorpus.open(folder);
    }

    private static String size(long bytes) {
        return bytes < 1_000_000 ? "%,.1f kB".formatted(bytes / 1e3) : "%,.1f MB".formatted(bytes / 1e6);
    }
}
