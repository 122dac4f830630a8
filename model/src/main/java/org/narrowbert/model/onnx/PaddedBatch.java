package org.narrowbert.model.onnx;

import java.util.Arrays;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Rows;

/**
 * A batch as exported models take it: rectangles, each row a sequence, the shorter ones filled up with zeros.
 *
 * @param batch number of sequences
 * @param sequence tokens of the longest
 * @param places narrow rows of the sequence with most of them, 1 at least
 * @param inputIds [batch, sequence]
 * @param attentionMask [batch, sequence] 1 for tokens, 0 for padding
 * @param tokenTypeIds [batch, sequence]
 * @param positions [batch, places] the narrow rows, counted from 0 within each sequence
 */
public record PaddedBatch(
        int batch,
        int sequence,
        int places,
        long[] inputIds,
        long[] attentionMask,
        long[] tokenTypeIds,
        long[] positions) {

    /** Pads a batch of sequences of any lengths. */
    public static PaddedBatch of(Batch batch) {
        Rows tokens = batch.tokens();
        int sequences = tokens.sequences();
        int longest = longest(tokens);
        int places = Math.max(1, longest(batch.narrow()));
        PaddedBatch padded = new PaddedBatch(
                sequences,
                longest,
                places,
                new long[sequences * longest],
                new long[sequences * longest],
                new long[sequences * longest],
                new long[sequences * places]);
        for (int index = 0; index < sequences; index++) {
            int start = tokens.start(index);
            int length = tokens.end(index) - start;
            int at = index * longest;
            for (int place = 0; place < length; place++) {
                padded.inputIds[at + place] = batch.inputIds()[start + place];
                padded.tokenTypeIds[at + place] = batch.tokenTypeIds()[start + place];
            }
            Arrays.fill(padded.attentionMask, at, at + length, 1);
            Rows narrow = batch.narrow();
            for (int row = narrow.start(index); row < narrow.end(index); row++) {
                padded.positions[padded.place(narrow, row)] = narrow.token(row) - start;
            }
        }
        return padded;
    }

    /** Where a narrow row's logits lie among those of [batch, places]. */
    public int place(Rows narrow, int row) {
        int index = 0;
        while (narrow.end(index) <= row) {
            index++;
        }
        return index * places + row - narrow.start(index);
    }

    private static int longest(Rows rows) {
        int longest = 0;
        for (int index = 0; index < rows.sequences(); index++) {
            longest = Math.max(longest, rows.end(index) - rows.start(index));
        }
        return longest;
    }
}
