package org.narrowbert.model.finetuning;

import java.util.List;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.finetuning.batch.LabelledBatch;
import org.narrowbert.model.finetuning.batch.TaskBatches;
import org.narrowbert.model.finetuning.sample.TaskSample;

/**
 * The loss of each example of a set, as in training but with all classes alike: of a sentence's words the mean, of a context's parts the mean. For one
 * thread.
 */
final class ExampleLosses {
    private final TaskBatches alone;
    private final double[] sums;
    private final int[] samples;

    /**
     * None yet.
     *
     * @param alone makes batches of single samples
     * @param examples of the set
     */
    ExampleLosses(TaskBatches alone, int examples) {
        this.alone = alone;
        sums = new double[examples];
        samples = new int[examples];
    }

    /**
     * Takes what the model says of a sample.
     *
     * @param logits [the sample's rows, labels]
     */
    void add(int example, TaskSample sample, Matrix logits) {
        LabelledBatch batch = alone.of(List.of(sample));
        double weight = batch.targets().weight();
        if (weight > 0) {
            sums[example] += batch.targets().loss(logits, batch.batch().narrow()) / weight;
            samples[example]++;
        }
    }

    /** [examples] their losses; 0 of those whose target is not known. */
    double[] means() {
        double[] means = new double[sums.length];
        for (int example = 0; example < means.length; example++) {
            means[example] = samples[example] == 0 ? 0 : sums[example] / samples[example];
        }
        return means;
    }
}
