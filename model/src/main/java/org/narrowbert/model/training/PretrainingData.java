package org.narrowbert.model.training;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.data.BatchAssembler;
import org.narrowbert.model.data.BlockSampler;
import org.narrowbert.model.data.Masker;

/**
 * The batches of a run: which blocks an optimizer step trains on, and the validation batches, masked the same at every evaluation so that
 * losses compare. A step's blocks are a function of its number alone. Not for several threads.
 */
public final class PretrainingData {
    private final BlockSampler training;
    private final Optional<BlockSampler> validation;
    private final long maxValidationBlocks;
    private final int batchSize;
    private final List<BatchAssembler> microBatches;
    private final Optional<BatchAssembler> validationBatch;
    private final Extents limits;

    /**
     * Batches of blocks.
     *
     * @param training blocks to train on
     * @param validation blocks to evaluate on, of the same length
     * @param masker of the training blocks
     * @param validationMasker of the validation blocks
     * @param maxValidationBlocks at most so many of the validation blocks are used, from the first
     * @param batchSize blocks a micro-batch
     * @param accumulation micro-batches a step
     */
    public PretrainingData(
            BlockSampler training,
            Optional<BlockSampler> validation,
            Masker masker,
            Masker validationMasker,
            long maxValidationBlocks,
            int batchSize,
            int accumulation) {
        this.training = training;
        this.validation = validation;
        this.maxValidationBlocks = maxValidationBlocks;
        this.batchSize = batchSize;
        this.microBatches = new ArrayList<>();
        for (int i = 0; i < accumulation; i++) {
            microBatches.add(new BatchAssembler(training, masker, batchSize));
        }
        this.validationBatch = validation.map(blocks -> new BatchAssembler(blocks, validationMasker, batchSize));
        this.limits = BatchAssembler.limits(batchSize, training.length(), masker);
    }

    /** The largest batch; no rows are kept by token dropping. */
    public Extents limits() {
        return limits;
    }

    /** Blocks to train on. */
    public long trainingBlocks() {
        return training.blocks();
    }

    /** Blocks to evaluate on. */
    public long validationBlocks() {
        return Math.min(
                maxValidationBlocks, validation.map(BlockSampler::blocks).orElse(0L));
    }

    /** Passes over the training text that so many optimizer steps make. */
    public double epochs(long steps) {
        return (double) steps * batchSize * microBatches.size() / training.blocks();
    }

    /** The micro-batches of an optimizer step; they hold until the next call. */
    public List<Batch> step(long step) {
        List<Batch> batches = new ArrayList<>(microBatches.size());
        long sample = step * batchSize * microBatches.size();
        for (BatchAssembler assembler : microBatches) {
            assembler.clear();
            for (int i = 0; i < batchSize; i++, sample++) {
                long epoch = sample / training.blocks();
                long index = sample % training.blocks();
                assembler.add(training.order(epoch).block(index), epoch, index);
            }
            batches.add(assembler.batch());
        }
        return batches;
    }

    /** All validation batches in order, each of which holds until the next; always masked alike. */
    public Iterator<Batch> validation() {
        if (validationBatch.isEmpty()) {
            return List.<Batch>of().iterator();
        }
        BatchAssembler assembler = validationBatch.get();
        long blocks = validationBlocks();
        return new Iterator<>() {
            private long next;

            @Override
            public boolean hasNext() {
                return next < blocks;
            }

            @Override
            public Batch next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                assembler.clear();
                for (int i = 0; i < batchSize && next < blocks; i++, next++) {
                    assembler.add(next, 0, next);
                }
                return assembler.batch();
            }
        };
    }
}
