package org.narrowbert.model.inference;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Rows;

/** Texts as one batch without labels, end to end. */
final class TextBatch {
    private TextBatch() {}

    /**
     * A batch whose head reads every token.
     *
     * @param texts token ids of each
     */
    static Batch ofAllRows(List<int[]> texts) {
        Rows all = tokens(texts);
        return of(texts, all, all);
    }

    /** A batch whose head reads the first token of each text, [CLS]. */
    static Batch ofFirstRows(List<int[]> texts) {
        Rows all = tokens(texts);
        int[] first = IntStream.range(0, texts.size()).map(all::start).toArray();
        int[] offsets = IntStream.rangeClosed(0, texts.size()).toArray();
        return of(texts, all, Rows.of(texts.size(), offsets, first));
    }

    private static Batch of(List<int[]> texts, Rows all, Rows narrow) {
        int[] ids = texts.stream().flatMapToInt(Arrays::stream).toArray();
        return Batch.of(all, ids, new int[ids.length], narrow, new int[0]);
    }

    private static Rows tokens(List<int[]> texts) {
        int[] offsets = new int[texts.size() + 1];
        for (int text = 0; text < texts.size(); text++) {
            offsets[text + 1] = Math.addExact(offsets[text], texts.get(text).length);
        }
        return Rows.of(
                texts.size(), offsets, IntStream.range(0, offsets[texts.size()]).toArray());
    }
}
