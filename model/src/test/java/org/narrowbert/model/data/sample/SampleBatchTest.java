package org.narrowbert.model.data.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.session.Batch;

class SampleBatchTest {
    private final SampleBatch sample = new SampleBatch(1000, 103);

    @Test
    void sequencesHaveTheLengthsAskedForAndTheirShareOfMasks() {
        int[] lengths = {7, 100, 3, 480};
        Batch batch = sample.of(lengths, 0.15, 1);
        int[] masks = {1, 15, 1, 72};
        for (int i = 0; i < lengths.length; i++) {
            assertThat(batch.tokens().end(i) - batch.tokens().start(i)).isEqualTo(lengths[i]);
            assertThat(batch.narrow().end(i) - batch.narrow().start(i)).isEqualTo(masks[i]);
            for (int row = batch.narrow().start(i); row < batch.narrow().end(i); row++) {
                int token = batch.narrow().token(row);
                assertThat(token)
                        .isGreaterThan(batch.tokens().start(i))
                        .isLessThan(batch.tokens().end(i) - 1);
                assertThat(batch.inputIds()[token]).isEqualTo(103);
            }
        }
        assertThat(batch.labels()).hasSize(89);
        assertThat(Arrays.stream(batch.inputIds()).max().orElseThrow()).isLessThan(1000);
    }

    @Test
    void theSameArgumentsMakeTheSameBatch() {
        int[] lengths = {64, 64};
        assertThat(sample.of(lengths, 0.15, 5).inputIds())
                .isEqualTo(sample.of(lengths, 0.15, 5).inputIds())
                .isNotEqualTo(sample.of(lengths, 0.15, 6).inputIds());
    }
}
