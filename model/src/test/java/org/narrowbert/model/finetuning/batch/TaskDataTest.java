package org.narrowbert.model.finetuning.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.finetuning.sample.EncodedText;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;

class TaskDataTest {
    private static final TaskBatches BATCHES = new TaskBatches(TaskKind.SINGLE_LABEL, 11, new double[0]);

    /** Sample i has i + 3 tokens and label i. */
    private static final List<TaskSample> SAMPLES = IntStream.range(0, 11)
            .mapToObj(i ->
                    (TaskSample) new TaskSample.OfText(new EncodedText(new int[i + 3], i + 3), new Target.Label(i)))
            .toList();

    private static List<Integer> labels(LabelledBatch batch) {
        return IntStream.of(((ClassTargets) batch.targets()).labels()).boxed().toList();
    }

    @Test
    void anEpochHasEverySampleOnceAndItsLastStepWhatIsLeft() {
        TaskData data = new TaskData(SAMPLES, List.of(), BATCHES, 5, 2, 2, 8);
        assertThat(data.stepsPerEpoch()).isEqualTo(3);
        assertThat(data.epochs(6)).isEqualTo(2);
        List<List<Integer>> epochs = new ArrayList<>();
        for (int epoch = 0; epoch < 2; epoch++) {
            List<Integer> seen = new ArrayList<>();
            for (int step = 0; step < 3; step++) {
                List<LabelledBatch> batches = data.step(3L * epoch + step);
                batches.forEach(batch -> seen.addAll(labels(batch)));
                assertThat(batches.stream().mapToInt(LabelledBatch::samples).sum())
                        .isEqualTo(step < 2 ? 4 : 3);
            }
            assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            epochs.add(seen);
        }
        assertThat(epochs.getFirst()).isNotEqualTo(epochs.get(1));
    }

    @Test
    void aStepIsAFunctionOfItsNumber() {
        TaskData one = new TaskData(SAMPLES, List.of(), BATCHES, 5, 3, 1, 8);
        TaskData other = new TaskData(SAMPLES, List.of(), BATCHES, 5, 3, 1, 8);
        one.step(0);
        one.step(1);
        assertThat(labels(other.step(6).getFirst()))
                .isEqualTo(labels(one.step(6).getFirst()));
        TaskData seeded = new TaskData(SAMPLES, List.of(), BATCHES, 6, 11, 1, 8);
        TaskData before = new TaskData(SAMPLES, List.of(), BATCHES, 5, 11, 1, 8);
        assertThat(labels(seeded.step(0).getFirst()))
                .isNotEqualTo(labels(before.step(0).getFirst()));
    }

    @Test
    void everyBatchFitsTheLimits() {
        TaskData data = new TaskData(SAMPLES, List.of(SAMPLES.subList(0, 4)), BATCHES, 5, 2, 1, 8);
        // The two longest training samples have 13 and 12 tokens, the four validation samples 3 to 6.
        assertThat(data.limits()).isEqualTo(new Extents(4, 25, 4, 0).upTo(13));
    }
}
