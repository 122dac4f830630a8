package org.narrowbert.model.finetuning.batch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.data.sample.SampleOrder;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.training.TrainingData;

/**
 * The batches of a fine-tuning run. An epoch goes once through all samples, shuffled anew, and its last step takes what is left; a step's samples are a
 * function of its number alone.
 */
public final class TaskData implements TrainingData<LabelledBatch> {
    private final List<TaskSample> training;
    private final List<List<TaskSample>> validations;
    private final TaskBatches batches;
    private final SampleOrder order;
    private final int batchSize;
    private final int validationBatchSize;
    private final int accumulation;

    /**
     * Batches of samples.
     *
     * @param training samples to train on, one or more
     * @param validations sets of samples to evaluate on, of which the first is evaluated while the run goes on; may be none, or empty ones
     * @param seed of the order of the training samples
     * @param batchSize samples a micro-batch
     * @param accumulation micro-batches a step
     * @param validationBatchSize samples a validation batch
     */
    public TaskData(
            List<TaskSample> training,
            List<List<TaskSample>> validations,
            TaskBatches batches,
            long seed,
            int batchSize,
            int accumulation,
            int validationBatchSize) {
        this.training = training;
        this.validations = List.copyOf(validations);
        this.batches = batches;
        this.order = new SampleOrder(training.size(), seed);
        this.batchSize = batchSize;
        this.accumulation = accumulation;
        this.validationBatchSize = validationBatchSize;
    }

    /** The largest batch, of training or validation. */
    public Extents limits() {
        Extents largest = TaskBatches.limits(batchSize, training);
        for (List<TaskSample> validation : validations) {
            Extents other = TaskBatches.limits(validationBatchSize, validation);
            largest = new Extents(
                            Math.max(largest.sequences(), other.sequences()),
                            Math.max(largest.tokens(), other.tokens()),
                            Math.max(largest.narrow(), other.narrow()),
                            0)
                    .upTo(Math.max(largest.longest(), other.longest()));
        }
        return largest;
    }

    private List<TaskSample> deciding() {
        return validations.isEmpty() ? List.of() : validations.getFirst();
    }

    /** Samples to train on. */
    public long trainingSamples() {
        return training.size();
    }

    /** Optimizer steps that go once through the training samples. */
    public long stepsPerEpoch() {
        return stepsPerEpoch(training.size(), batchSize, accumulation);
    }

    /** Optimizer steps that go once through so many samples. */
    public static long stepsPerEpoch(long samples, int batchSize, int accumulation) {
        return Math.ceilDiv(samples, (long) batchSize * accumulation);
    }

    @Override
    public List<LabelledBatch> step(long step) {
        long epoch = step / stepsPerEpoch();
        long place = step % stepsPerEpoch() * batchSize * accumulation;
        List<LabelledBatch> made = new ArrayList<>(accumulation);
        for (int i = 0; i < accumulation && place < training.size(); i++) {
            List<TaskSample> samples = new ArrayList<>(batchSize);
            for (int j = 0; j < batchSize && place < training.size(); j++, place++) {
                samples.add(training.get(Math.toIntExact(order.sample(epoch, place))));
            }
            made.add(batches.of(samples));
        }
        return made;
    }

    @Override
    public Iterator<LabelledBatch> validation() {
        return inOrder(deciding(), batches, validationBatchSize);
    }

    /** The batches of all samples in their order. */
    public static Iterator<LabelledBatch> inOrder(List<TaskSample> samples, TaskBatches batches, int batchSize) {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < samples.size();
            }

            @Override
            public LabelledBatch next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int end = Math.min(samples.size(), next + batchSize);
                LabelledBatch batch = batches.of(samples.subList(next, end));
                next = end;
                return batch;
            }
        };
    }

    @Override
    public long validationSamples() {
        return deciding().size();
    }

    @Override
    public long samples(LabelledBatch batch) {
        return batch.samples();
    }

    @Override
    public double epochs(long steps) {
        return (double) steps / stepsPerEpoch();
    }
}
