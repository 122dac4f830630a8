package org.narrowbert.model.finetuning;

import java.util.List;
import java.util.Map;
import org.narrowbert.engine.tensor.Matrix;

/** Keeps the loss of each sample beside what another scorer makes of them, to find the worst mistakes. */
public final class ExampleLosses implements Scorer {
    private final List<TaskSample> samples;
    private final TaskBatches batches;
    private final Scorer other;
    private final double[] losses;
    private int next;

    /**
     * Has seen nothing yet.
     *
     * @param samples that come in batches in their order
     * @param other is given every batch too, and makes the figures
     */
    public ExampleLosses(List<TaskSample> samples, TaskBatches batches, Scorer other) {
        this.samples = samples;
        this.batches = batches;
        this.other = other;
        this.losses = new double[samples.size()];
    }

    @Override
    public void add(LabelledBatch batch, Matrix logits) {
        int row = 0;
        for (int i = 0; i < batch.samples(); i++) {
            TaskSample sample = samples.get(next);
            LabelledBatch alone = batches.of(List.of(sample));
            losses[next++] = alone.targets()
                    .loss(logits.rows(row, sample.headRows()), alone.batch().narrow());
            row += sample.headRows();
        }
        other.add(batch, logits);
    }

    /** The loss of each sample: the sum over its labels. */
    public double[] losses() {
        return losses.clone();
    }

    @Override
    public Map<String, Double> metrics() {
        return other.metrics();
    }
}
