package org.narrowbert.model.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.Texts;

/**
 * The vectors of a file of texts of any size. Some texts are looked ahead; of these, those of like length are computed together, and their vectors go on in
 * the texts' order. A text's vector is the same bits whatever stands beside it, so that the grouping changes nothing but the time.
 *
 * @param encoder of the texts
 * @param maxBatchTokens most tokens that are computed together, unless one text has more
 */
public record TextEmbedder(SentenceEncoder encoder, int maxBatchTokens) {
    /** How many full batches are looked ahead. */
    private static final int BATCHES_AHEAD = 16;

    /** How many texts are looked ahead at most, since each leaves a vector. */
    private static final int TEXTS_AHEAD = 8192;

    public TextEmbedder {
        if (maxBatchTokens < 1) {
            throw new IllegalArgumentException("batches of " + maxBatchTokens + " tokens");
        }
    }

    /**
     * What was done.
     *
     * @param texts number of texts
     * @param tokens of all of them, as they were computed
     * @param cut texts that were too long, whose last tokens were left out
     */
    public record Summary(long texts, long tokens, long cut) {
        private Summary plus(List<SentenceEncoder.Tokens> more) {
            return new Summary(
                    texts + more.size(),
                    tokens + more.stream().mapToLong(text -> text.ids().length).sum(),
                    cut + more.stream().filter(SentenceEncoder.Tokens::cut).count());
        }
    }

    /**
     * Computes all vectors.
     *
     * @param progress told how many bytes of the file are done
     * @throws RunError when a text cannot be read, naming its line, or a vector is not made of numbers
     */
    public Summary embed(Texts texts, EmbeddingOutput output, LongConsumer progress) {
        Summary done = new Summary(0, 0, 0);
        long bytes = 0;
        for (List<SentenceEncoder.Tokens> ahead = read(texts); !ahead.isEmpty(); ahead = read(texts)) {
            long from = bytes;
            bytes = texts.bytesRead();
            double each = (double) (bytes - from) / ahead.size();
            for (float[] vector : vectors(ahead, computed -> progress.accept(from + (long) (computed * each)))) {
                requireNumbers(vector);
                output.add(vector);
            }
            done = done.plus(ahead);
        }
        progress.accept(texts.bytes());
        return done;
    }

    /** The vectors of some texts in their order; tells how many are computed. */
    private float[][] vectors(List<SentenceEncoder.Tokens> texts, LongConsumer progress) {
        float[][] vectors = new float[texts.size()][];
        long computed = 0;
        for (int[] batch : batches(texts)) {
            List<float[]> own = encoder.embeddings(
                    Arrays.stream(batch).mapToObj(text -> texts.get(text).ids()).toList());
            for (int place = 0; place < batch.length; place++) {
                vectors[batch[place]] = own.get(place);
            }
            computed += batch.length;
            progress.accept(computed);
        }
        return vectors;
    }

    private List<SentenceEncoder.Tokens> read(Texts texts) {
        List<SentenceEncoder.Tokens> ahead = new ArrayList<>();
        long tokens = 0;
        while (tokens < (long) BATCHES_AHEAD * maxBatchTokens && ahead.size() < TEXTS_AHEAD) {
            Optional<String> text = texts.next();
            if (text.isEmpty()) {
                break;
            }
            SentenceEncoder.Tokens encoded = encoder.tokens(text.get());
            ahead.add(encoded);
            tokens += encoded.ids().length;
        }
        return ahead;
    }

    /** The places of the texts of each batch: ascending by length, of equal lengths in their order. */
    private List<int[]> batches(List<SentenceEncoder.Tokens> texts) {
        int[] sorted = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt(text -> texts.get(text).ids().length))
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> batches = new ArrayList<>();
        int first = 0;
        long tokens = 0;
        for (int place = 0; place < sorted.length; place++) {
            int length = texts.get(sorted[place]).ids().length;
            if (place > first && tokens + length > maxBatchTokens) {
                batches.add(Arrays.copyOfRange(sorted, first, place));
                first = place;
                tokens = 0;
            }
            tokens += length;
        }
        batches.add(Arrays.copyOfRange(sorted, first, sorted.length));
        return batches;
    }

    /**
     * Refuses a vector of a spoiled model.
     *
     * @throws RunError when it is not made of numbers
     */
    public static void requireNumbers(float[] vector) {
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                throw new RunError("the model's states are not numbers: its weights are spoiled, take an earlier save");
            }
        }
    }
}
