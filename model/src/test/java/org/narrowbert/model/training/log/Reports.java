package org.narrowbert.model.training.log;

import java.util.Random;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.TrainingListener;
import org.narrowbert.model.training.TrainingReport;

/** Reports of a run whose figures depend on the step alone, but for the seconds. */
final class Reports {
    private Reports() {}

    static TrainingReport training(long step, double seconds) {
        Random figures = new Random(step);
        return new TrainingReport(
                step,
                step / 7.0,
                10 * figures.nextDouble(),
                figures.nextDouble(),
                5e-4 * figures.nextDouble(),
                2,
                figures.nextInt(1, 100_000),
                figures.nextInt(1_000),
                1e12 * figures.nextDouble(),
                seconds);
    }

    static EvaluationReport evaluation(long step, double seconds) {
        Random figures = new Random(-step - 1);
        return new EvaluationReport(
                step,
                step / 7.0,
                10 * figures.nextDouble(),
                MaskedLanguageTrainer.metrics(10 * figures.nextDouble(), figures.nextDouble()),
                figures.nextInt(1_000),
                seconds);
    }

    /**
     * Tells a listener what a run tells: a training report every 2 steps, an evaluation at 0 and every 3.
     *
     * @param first of the steps, 0 for a new run
     */
    static void run(TrainingListener listener, long first, long last, double seconds) {
        for (long step = first; step <= last; step++) {
            if (step > 0 && step % 2 == 0) {
                listener.logged(training(step, seconds));
            }
            if (step % 3 == 0) {
                listener.evaluated(evaluation(step, seconds));
            }
        }
    }
}
