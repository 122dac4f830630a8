package org.narrowbert.engine.optimizer;

/** How the learning rate changes over a run. */
public sealed interface Schedule {
    /**
     * The factor of the learning rate at a step.
     *
     * @param step from 0
     */
    double at(long step);

    /**
     * Rises linearly from 0 during the warm-up, then falls linearly to 0 at the last step, as Hugging Face's {@code linear}.
     *
     * @param warmupSteps 0 or more
     * @param totalSteps more than {@code warmupSteps}, or a run that ends during its warm-up
     */
    record Linear(long warmupSteps, long totalSteps) implements Schedule {
        public Linear {
            if (warmupSteps < 0 || totalSteps < 1) {
                throw new IllegalArgumentException(warmupSteps + " warm-up steps of " + totalSteps);
            }
        }

        @Override
        public double at(long step) {
            if (step < warmupSteps) {
                return (double) step / Math.max(1, warmupSteps);
            }
            return Math.max(0, (double) (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
        }
    }
}
