package org.narrowbert.model.training;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.data.sample.BatchAssembler;
import org.narrowbert.model.data.sample.Masking;
import org.narrowbert.model.data.sample.SampleOrder;
import org.narrowbert.model.data.sample.Samples;

/**
 * The batches of a run: which samples an optimizer step trains on, and the validation batches, masked the same at every evaluation so that
 * losses compare. A step's samples are a function of its number alone. Not for several threads.
 */
public final class PretrainingData implements TrainingData<Batch> {
    private final Samples training;
    private final SampleOrder order;
    private final Optional<Samples> validation;
    private final boolean staticMasks;
    private final long maxValidationSamples;
    private final int batchSize;
    private final List<BatchAssembler> microBatches;
    private final Optional<BatchAssembler> validationBatch;
    private final Extents limits;

    /**
     * What the batches are made of.
     *
     * @param training samples to train on
     * @param validation samples to evaluate on
     * @param masking of the training samples
     * @param staticMasks whether a sample is masked the same in every epoch
     * @param validationMasking of the validation samples
     * @param maxValidationSamples at most so many of the validation samples are used, from the first
     * @param seed of the order of the training samples
     */
    public record Content(
            Samples training,
            Optional<Samples> validation,
            Masking masking,
            boolean staticMasks,
            Masking validationMasking,
            long maxValidationSamples,
            long seed) {}

    /**
     * Batches of samples.
     *
     * @param batchSize samples a micro-batch
     * @param accumulation micro-batches a step
     * @throws UserError when a step's tokens cannot be counted in 31 bits
     */
    public PretrainingData(Content content, int batchSize, int accumulation) {
        this.training = content.training;
        this.order = new SampleOrder(training.count(), content.seed);
        this.validation = content.validation;
        this.staticMasks = content.staticMasks;
        this.maxValidationSamples = content.maxValidationSamples;
        this.batchSize = batchSize;
        Extents largest = BatchAssembler.limits(batchSize, training, content.masking);
        requireCountable(largest.tokens(), accumulation);
        this.microBatches = new ArrayList<>();
        for (int i = 0; i < accumulation; i++) {
            microBatches.add(new BatchAssembler(training, content.masking, batchSize));
        }
        this.validationBatch =
                validation.map(samples -> new BatchAssembler(samples, content.validationMasking, batchSize));
        this.limits = validation
                .map(samples -> BatchAssembler.limits(batchSize, samples, content.validationMasking))
                .map(other -> new Extents(
                                Math.max(largest.sequences(), other.sequences()),
                                Math.max(largest.tokens(), other.tokens()),
                                Math.max(largest.narrow(), other.narrow()),
                                0)
                        .upTo(Math.max(largest.longest(), other.longest())))
                .orElse(largest);
    }

    /** Dropout's random numbers take a token's place in its step, and their columns are 32 bits. */
    private static void requireCountable(int tokens, int accumulation) {
        if ((long) tokens * accumulation > Integer.MAX_VALUE) {
            throw new UserError("--gradient-accumulation-steps is " + accumulation + ": a step of so many batches of "
                    + tokens + " tokens has more than " + Integer.MAX_VALUE);
        }
    }

    /** The largest batch, of training or validation; no rows are kept by token dropping. */
    public Extents limits() {
        return limits;
    }

    /** What the training samples are, for people. */
    public String description() {
        return training.description();
    }

    /** Samples to train on. */
    public long trainingSamples() {
        return training.count();
    }

    @Override
    public long validationSamples() {
        return Math.min(maxValidationSamples, validation.map(Samples::count).orElse(0L));
    }

    @Override
    public long samples(Batch batch) {
        return batch.tokens().sequences();
    }

    @Override
    public double epochs(long steps) {
        return (double) steps * batchSize * microBatches.size() / training.count();
    }

    @Override
    public List<Batch> step(long step) {
        List<Batch> batches = new ArrayList<>(microBatches.size());
        long made = step * batchSize * microBatches.size();
        for (BatchAssembler assembler : microBatches) {
            assembler.clear();
            for (int i = 0; i < batchSize; i++, made++) {
                long epoch = made / training.count();
                long index = made % training.count();
                long sample = order.sample(epoch, index);
                assembler.add(sample, staticMasks ? 0 : epoch, staticMasks ? sample : index);
            }
            batches.add(assembler.batch());
        }
        return batches;
    }

    @Override
    public Iterator<Batch> validation() {
        if (validationBatch.isEmpty()) {
            return List.<Batch>of().iterator();
        }
        BatchAssembler assembler = validationBatch.get();
        long samples = validationSamples();
        return new Iterator<>() {
            private long next;

            @Override
            public boolean hasNext() {
                return next < samples;
            }

            @Override
            public Batch next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                assembler.clear();
                for (int i = 0; i < batchSize && next < samples; i++, next++) {
                    assembler.add(next, 0, next);
                }
                return assembler.batch();
            }
        };
    }
}
