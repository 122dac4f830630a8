package org.narrowbert.engine.optimizer;

/**
 * How the learning rate changes over a run: Hugging Face's schedules. All but {@link Constant} without warm-up rise linearly from 0 first.
 *
 * <p>{@code warmupSteps} is 0 or more. {@code totalSteps} is 1 or more; a run may also end during its warm-up.
 */
public sealed interface Schedule {
    /**
     * The factor of the learning rate at a step.
     *
     * @param step from 0
     */
    default double at(long step) {
        return step < warmupSteps() ? (double) step / Math.max(1, warmupSteps()) : afterWarmup(step);
    }

    /** Steps in which the factor rises from 0 to 1. */
    long warmupSteps();

    /** The factor at a step that is not a step of the warm-up. */
    double afterWarmup(long step);

    /** Falls linearly to 0 at the last step: {@code linear}. */
    record Linear(long warmupSteps, long totalSteps) implements Schedule {
        public Linear {
            check(warmupSteps, totalSteps);
        }

        @Override
        public double afterWarmup(long step) {
            return Math.max(0, (double) (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
        }
    }

    /**
     * Follows a cosine: {@code cosine}.
     *
     * @param cycles waves until the last step; half a wave ends at 0
     */
    record Cosine(long warmupSteps, long totalSteps, double cycles) implements Schedule {
        public Cosine {
            check(warmupSteps, totalSteps);
        }

        @Override
        public double afterWarmup(long step) {
            return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * cycles * 2 * progress(step, warmupSteps, totalSteps))));
        }
    }

    /**
     * Falls along half a wave to 0, jumps back to 1 and falls again: {@code cosine_with_restarts}.
     *
     * @param cycles number of falls until the last step
     */
    record CosineWithRestarts(long warmupSteps, long totalSteps, int cycles) implements Schedule {
        public CosineWithRestarts {
            check(warmupSteps, totalSteps);
        }

        @Override
        public double afterWarmup(long step) {
            double progress = progress(step, warmupSteps, totalSteps);
            return progress >= 1 ? 0 : Math.max(0, 0.5 * (1 + Math.cos(Math.PI * (cycles * progress % 1))));
        }
    }

    /**
     * Falls as a power of the share of steps that are left: {@code polynomial}.
     *
     * @param end the factor at the last step and after it, from 0 to below 1
     * @param power 1 for a straight line
     */
    record Polynomial(long warmupSteps, long totalSteps, double end, double power) implements Schedule {
        public Polynomial {
            check(warmupSteps, totalSteps);
        }

        @Override
        public double afterWarmup(long step) {
            double left = 1 - progress(step, warmupSteps, totalSteps);
            return left <= 0 ? end : (1 - end) * Math.pow(left, power) + end;
        }
    }

    /** Stays what it is: {@code constant}, or with warm-up {@code constant_with_warmup}. */
    record Constant(long warmupSteps) implements Schedule {
        public Constant {
            check(warmupSteps, 1);
        }

        @Override
        public double afterWarmup(long step) {
            return 1;
        }
    }

    private static double progress(long step, long warmupSteps, long totalSteps) {
        return (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    }

    private static void check(long warmupSteps, long totalSteps) {
        if (warmupSteps < 0 || totalSteps < 1) {
            throw new IllegalArgumentException(warmupSteps + " warm-up steps of " + totalSteps);
        }
    }
}
