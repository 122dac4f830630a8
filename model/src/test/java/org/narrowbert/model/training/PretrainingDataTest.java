package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.model.data.corpus.TokenStream;
import org.narrowbert.model.data.sample.BlockSamples;
import org.narrowbert.model.data.sample.DocumentSamples;
import org.narrowbert.model.data.sample.Masker;
import org.narrowbert.model.data.sample.PackedSamples;
import org.narrowbert.model.data.sample.Samples;
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

    @Test
    void everyBlockIsSeenOnceAnEpochAndTheOrderChangesFromEpochToEpoch() {
        PretrainingData data = TinyRun.data();
        long blocks = data.trainingSamples();
        List<Integer> lengths = new ArrayList<>();
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        for (long step = 0; step < blocks; step++) {
            for (Batch batch : data.step(step)) {
                lengths.add(batch.tokens().count());
                (step < blocks / 2 ? first : second).add(restored(batch));
            }
        }
        assertThat(lengths).allMatch(length -> length == 2 * TinyRun.LENGTH);
        assertThat(first).hasSameSizeAs(second).isNotEqualTo(second);
    }

    /** The batch's ids before they were masked. */
    private static String restored(Batch batch) {
        int[] ids = Arrays.copyOf(batch.inputIds(), batch.tokens().count());
        for (int row = 0; row < batch.narrow().count(); row++) {
            ids[batch.narrow().token(row)] = batch.labels()[row];
        }
        return Arrays.toString(ids);
    }

    @Test
    void validationIsMaskedAlikeEveryTime() {
        PretrainingData data = TinyRun.data();
        List<String> once = new ArrayList<>();
        List<String> again = new ArrayList<>();
        data.validation().forEachRemaining(batch -> once.add(Arrays.toString(batch.inputIds())));
        data.step(3);
        data.validation().forEachRemaining(batch -> again.add(Arrays.toString(batch.inputIds())));
        assertThat(again).isEqualTo(once).isNotEmpty();
    }

    @Test
    void aStepWithMoreTokensThanCanBeCountedIsRefused() {
        BlockSamples training = new BlockSamples(TinyRun.text(40), TinyRun.LENGTH, "training text");
        Masker masker = new Masker(0.25, TinyRun.SPECIAL, TinyModels.VOCABULARY, 8);
        PretrainingData.Content content =
                new PretrainingData.Content(training, Optional.empty(), masker, false, masker, Long.MAX_VALUE, 3);
        assertThatThrownBy(() -> new PretrainingData(content, 2, Integer.MAX_VALUE / (2 * TinyRun.LENGTH) + 1))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("--gradient-accumulation-steps is 89478486: ")
                .hasMessageContaining("batches of 24 tokens");
    }
}
