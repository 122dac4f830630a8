package org.narrowbert.model.finetuning.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.narrowbert.model.task.example.Target;

class SampleFingerprintTest {
    private static TaskSample sample(int label, int... ids) {
        return new TaskSample.OfText(new EncodedText(ids, ids.length), new Target.Label(label));
    }

    @Test
    void samplesOfEverySetTheirLabelsAndTheirOrderMakeAnother() {
        List<TaskSample> train = List.of(sample(0, 1, 2), sample(1, 3));
        List<TaskSample> validation = List.of(sample(0, 4));
        String found = SampleFingerprint.of(List.of(train, validation));
        assertThat(found)
                .matches("[0-9a-f]{64}")
                .isEqualTo(SampleFingerprint.of(List.of(List.copyOf(train), validation)))
                .isNotEqualTo(SampleFingerprint.of(List.of(train, List.of(sample(0, 5)))))
                .isNotEqualTo(SampleFingerprint.of(List.of(train, List.of(sample(1, 4)))))
                .isNotEqualTo(SampleFingerprint.of(List.of(train, List.of())))
                .isNotEqualTo(SampleFingerprint.of(List.of(train.reversed(), validation)))
                .isNotEqualTo(SampleFingerprint.of(List.of(train, List.of(), validation)))
                .isNotEqualTo(SampleFingerprint.of(
                        List.of(train.subList(0, 1), List.of(train.getLast(), validation.getFirst()))));
    }
}
