package org.narrowbert.model.training;

import java.util.List;
import java.util.Random;
import org.narrowbert.model.encoder.LastLayer;

/**
 * One random case of a run that ends early and goes on.
 *
 * @param number its seed
 * @param layout of the model
 * @param backend that computes
 * @param steps of the whole run
 * @param stopAt the step from which on the first process ends
 * @param end how it does
 * @param threadsBefore of the first process
 * @param threadsAfter of the second
 * @param accumulation micro-batches of a step
 * @param intervals of validations, log lines and saves
 * @param background whether checkpoints are written while training goes on
 * @param way what is trained on
 */
record ResumeCase(
        int number,
        String layout,
        String backend,
        int steps,
        int stopAt,
        End end,
        int threadsBefore,
        int threadsAfter,
        int accumulation,
        Intervals intervals,
        boolean background,
        Way way) {
    private static final List<String> LAYOUTS = List.of("{sf}4:", "{sf}1:{sf}3", "sfs{s}2:{f}3f", "sf[{sf}2]sf:");
    private static final List<Integer> THREADS = List.of(1, 2, 3, 7);

    /** What a sample is. */
    enum Cut {
        BLOCKS,
        PACKS,
        LINES
    }

    /**
     * What a run trains on, and how.
     *
     * @param cut of its samples
     * @param shards whether they are read from a folder of shards
     * @param wholeWords whether words are masked as a whole
     * @param staticMasks whether a sample is masked the same in every epoch
     * @param keptByChance share of the tokens between brackets that are kept by chance
     * @param recomputes whether activations are made again in the backward pass
     * @param lastLayer on which rows the last layer is computed
     */
    record Way(
            Cut cut,
            boolean shards,
            boolean wholeWords,
            boolean staticMasks,
            double keptByChance,
            boolean recomputes,
            LastLayer lastLayer) {
        static Way random(Random random) {
            return new Way(
                    List.of(Cut.values()).get(random.nextInt(3)),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean() ? 0.5 : 0,
                    random.nextBoolean(),
                    random.nextBoolean() ? LastLayer.NARROWED : LastLayer.FULL);
        }
    }

    /** How the first process ends. */
    enum End {
        /** It dies at a step. */
        DIES,
        /** It is asked to stop during a step. */
        STOPS_IN_A_STEP,
        /** It is asked to stop in the middle of the first validation from that step on. */
        STOPS_IN_A_VALIDATION,
        /** It is asked to stop while the first checkpoint from that step on is taken. */
        STOPS_IN_A_SAVE,
        /** Its time is over during a step. */
        TIME_IS_OVER_IN_A_STEP,
        /** Its time is over at the end of the first validation from that step on. */
        TIME_IS_OVER_AFTER_A_VALIDATION
    }

    static ResumeCase random(int number) {
        Random random = new Random(number);
        int steps = 4 + random.nextInt(57);
        return new ResumeCase(
                number,
                LAYOUTS.get(number % LAYOUTS.size()),
                number % 10 == 9 ? "reference" : "vector",
                steps,
                1 + random.nextInt(steps - 1),
                List.of(End.values()).get(random.nextInt(6)),
                THREADS.get(random.nextInt(4)),
                THREADS.get(random.nextInt(4)),
                1 + random.nextInt(4),
                new Intervals(1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9)),
                random.nextBoolean(),
                Way.random(random));
    }
}
