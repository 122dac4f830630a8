package org.narrowbert.model.training.log;

import java.util.Optional;
import java.util.OptionalDouble;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.TrainingReport;

/** One line of a {@code metrics.jsonl}. All but its timing is the same for every run of the same settings, interrupted or not. */
public sealed interface MetricsLine {
    /** Number of steps made when it was written. */
    long step();

    /** Passes over the training text so far. */
    double epoch();

    /** Wall clock of what the line reports. */
    double seconds();

    /**
     * Steps of training.
     *
     * @param step number of steps made when it was written
     * @param epoch passes over the training text so far
     * @param loss mean cross-entropy over all masked tokens of these steps, in nats
     * @param gradientNorm of the last of these steps, before clipping
     * @param learningRate of the last of these steps
     * @param tokens of these steps
     * @param maskedTokens of these steps
     * @param speed how fast they were
     */
    record Training(
            long step,
            double epoch,
            double loss,
            double gradientNorm,
            double learningRate,
            long tokens,
            long maskedTokens,
            Speed speed)
            implements MetricsLine {
        /**
         * The line of a report.
         *
         * @param peak what the machine can do at most
         */
        public static Training of(TrainingReport report, Optional<MachinePeak> peak) {
            return new Training(
                    report.step(),
                    report.epoch(),
                    report.loss(),
                    report.gradientNorm(),
                    report.learningRate(),
                    report.tokens(),
                    report.maskedTokens(),
                    Speed.of(report, peak));
        }

        @Override
        public double seconds() {
            return speed.seconds();
        }
    }

    /**
     * How fast some steps were.
     *
     * @param seconds these steps took, wall clock
     * @param tokensPerSecond all of their tokens
     * @param maskedTokensPerSecond those that have a loss
     * @param flopsPerSecond floating point operations by the plan
     * @param shareOfPeak of the multiply-add rate measured on this machine, where it was
     */
    record Speed(
            double seconds,
            double tokensPerSecond,
            double maskedTokensPerSecond,
            double flopsPerSecond,
            OptionalDouble shareOfPeak) {
        private static Speed of(TrainingReport report, Optional<MachinePeak> peak) {
            // Steps that took no measurable time have no speed, and JSON has no word for infinite.
            double perSecond = report.seconds() > 0 ? 1 / report.seconds() : 0;
            double flopsPerSecond = report.flops() * perSecond;
            return new Speed(
                    report.seconds(),
                    report.tokens() * perSecond,
                    report.maskedTokens() * perSecond,
                    flopsPerSecond,
                    peak.map(machine -> OptionalDouble.of(flopsPerSecond / (1e9 * machine.fmaGflopsAllThreads())))
                            .orElse(OptionalDouble.empty()));
        }
    }

    /**
     * A validation.
     *
     * @param step number of steps made when it was written
     * @param epoch passes over the training text so far
     * @param loss mean cross-entropy over all masked validation tokens, in nats
     * @param perplexity exp(loss)
     * @param accuracy share of the masked validation tokens whose own id has the highest logit, where it was counted
     * @param maskedTokens number of masked validation tokens
     * @param seconds it took, wall clock
     */
    record Evaluation(
            long step,
            double epoch,
            double loss,
            double perplexity,
            OptionalDouble accuracy,
            long maskedTokens,
            double seconds)
            implements MetricsLine {
        /** The line of a report. */
        public static Evaluation of(EvaluationReport report) {
            return new Evaluation(
                    report.step(),
                    report.epoch(),
                    report.loss(),
                    report.perplexity(),
                    Double.isNaN(report.accuracy()) ? OptionalDouble.empty() : OptionalDouble.of(report.accuracy()),
                    report.maskedTokens(),
                    report.seconds());
        }
    }
}
