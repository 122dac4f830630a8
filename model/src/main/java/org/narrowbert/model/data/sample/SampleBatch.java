package org.narrowbert.model.data.sample;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Rows;

/**
 * Batches of random tokens for measurements: what they compute does not depend on what the tokens are.
 *
 * @param vocabularySize number of token ids
 * @param maskId the id that masked tokens get
 */
public record SampleBatch(int vocabularySize, int maskId) {
    /**
     * A batch of sequences with some of their tokens masked, the same for the same arguments.
     *
     * @param lengths tokens of each sequence, 3 or more
     * @param masked share of each sequence's tokens that are masked; at least one is
     */
    public Batch of(int[] lengths, double masked, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int sequences = lengths.length;
        int[] offsets = new int[sequences + 1];
        int[] narrowOffsets = new int[sequences + 1];
        for (int i = 0; i < sequences; i++) {
            offsets[i + 1] = offsets[i] + lengths[i];
            narrowOffsets[i + 1] = narrowOffsets[i] + Math.max(1, (int) Math.round(masked * lengths[i]));
        }
        int tokens = offsets[sequences];
        int[] places = new int[narrowOffsets[sequences]];
        for (int i = 0; i < sequences; i++) {
            int first = offsets[i];
            int[] chosen = random.ints(1, lengths[i] - 1)
                    .distinct()
                    .limit(narrowOffsets[i + 1] - narrowOffsets[i])
                    .sorted()
                    .map(place -> first + place)
                    .toArray();
            System.arraycopy(chosen, 0, places, narrowOffsets[i], chosen.length);
        }
        int[] ids = random.ints(tokens, 0, vocabularySize).toArray();
        int[] labels = Arrays.stream(places).map(place -> ids[place]).toArray();
        Arrays.stream(places).forEach(place -> ids[place] = maskId);
        return Batch.of(
                Rows.of(sequences, offsets, IntStream.range(0, tokens).toArray()),
                ids,
                new int[tokens],
                Rows.of(sequences, narrowOffsets, places),
                labels);
    }

    /**
     * A batch whose head reads the first row of each sequence, [CLS], as that of a class of a text does; the same for the same arguments.
     *
     * @param lengths tokens of each sequence, 3 or more
     */
    public Batch ofFirstRows(int[] lengths, long seed) {
        Batch all = of(lengths, 0, seed);
        Rows tokens = all.tokens();
        int[] first = IntStream.range(0, lengths.length).map(tokens::start).toArray();
        Rows narrow =
                Rows.of(lengths.length, IntStream.rangeClosed(0, lengths.length).toArray(), first);
        return Batch.of(tokens, all.inputIds(), all.tokenTypeIds(), narrow, new int[lengths.length]);
    }
}
