package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.model.data.DocumentSamples;
import org.narrowbert.model.data.Masker;
import org.narrowbert.model.data.PackedSamples;
import org.narrowbert.model.data.Samples;
import org.narrowbert.model.data.TokenStream;
import org.narrowbert.model.tokenizer.SpecialTokens;

class PretrainingDataTest {
    private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, 4);
    private static final int DOCUMENTS = 30;
    private static final int BATCH = 3;

    /** Documents of different lengths, each with an id of its own after its [CLS]. */
    private static TokenStream text() {
        Random random = new Random(2);
        int[][] documents = new int[DOCUMENTS][];
        for (int i = 0; i < DOCUMENTS; i++) {
            documents[i] = IntStream.concat(
                            IntStream.of(2, 100 + i),
                            IntStream.concat(random.ints(random.nextInt(20), 5, 90), IntStream.of(3)))
                    .toArray();
        }
        return TokenStream.of(documents);
    }

    private static PretrainingData data(Samples samples, boolean staticMasks) {
        Masker masker = new Masker(0.3, SPECIAL, 1000, 8);
        return new PretrainingData(
                new PretrainingData.Content(samples, Optional.of(samples), masker, staticMasks, masker, 7, 5),
                BATCH,
                2);
    }

    /** The sequences of a batch as they are trained on. */
    private static List<String> sequences(Batch batch) {
        return IntStream.range(0, batch.tokens().sequences())
                .mapToObj(i -> Arrays.toString(Arrays.copyOfRange(
                        batch.inputIds(),
                        batch.tokens().start(i),
                        batch.tokens().start(i + 1))))
                .toList();
    }

    private static List<String> sequences(PretrainingData data, long step) {
        return data.step(step).stream()
                .flatMap(batch -> sequences(batch).stream())
                .toList();
    }

    @Test
    void aStepsSamplesAreAFunctionOfItsNumberAlone() {
        PretrainingData inOrder = data(new DocumentSamples(text(), 16, "text"), false);
        List<List<String>> steps = IntStream.range(0, 12)
                .mapToObj(step -> sequences(inOrder, step))
                .toList();
        PretrainingData other = data(new DocumentSamples(text(), 16, "text"), false);
        for (int step : new int[] {11, 3, 7, 0}) {
            assertThat(sequences(other, step)).isEqualTo(steps.get(step));
        }
        assertThat(inOrder.trainingSamples()).isEqualTo(DOCUMENTS);
        assertThat(inOrder.epochs(10)).isEqualTo(2);
    }

    @Test
    void staticMasksAreTheSameInEveryEpochAndDynamicOnesAreNot() {
        assertThat(epoch(true, 0)).hasSize(DOCUMENTS).isEqualTo(epoch(true, 1));
        assertThat(epoch(false, 0)).hasSize(DOCUMENTS).isNotEqualTo(epoch(false, 1));
    }

    private static Set<String> epoch(boolean staticMasks, int epoch) {
        PretrainingData data = data(new DocumentSamples(text(), 16, "text"), staticMasks);
        Set<String> sequences = new HashSet<>();
        for (int step = 5 * epoch; step < 5 * epoch + 5; step++) {
            sequences.addAll(sequences(data, step));
        }
        return sequences;
    }

    @Test
    void validationGoesThroughTheFirstSamplesInOrderAlwaysMaskedAlike() {
        PretrainingData data = data(new PackedSamples(text(), 40, "text"), false);
        assertThat(data.validationSamples()).isEqualTo(7);
        assertThat(validation(data)).hasSize(3).isEqualTo(validation(data));
    }

    private static List<List<String>> validation(PretrainingData data) {
        List<List<String>> batches = new ArrayList<>();
        data.validation().forEachRemaining(batch -> {
            assertThat(batch.extents().fits(data.limits())).isTrue();
            batches.add(sequences(batch));
        });
        return batches;
    }
}
