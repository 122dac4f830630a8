package org.narrowbert.model.training.log;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.TrainingReport;

/** One line of a {@code metrics.jsonl}. All but its timing is the same for every run of the same settings, interrupted or not. */
public sealed interface MetricsLine {
    /** Number of steps made when it was written. */
    long step();

    /** Passes over the training samples so far. */
    double epoch();

    /** Wall clock of what the line reports. */
    double seconds();

    /**
     * Steps of training.
     *
     * @param step number of steps made when it was written
     * @param epoch passes over the training samples so far
     * @param loss mean over all predictions of these steps: cross-entropy in nats, or a task's loss
     * @param gradientNorm of the last of these steps, before clipping
     * @param learningRate of the last of these steps
     * @param tokens of these steps
     * @param predictions of these steps: masked tokens, or labels of a task
     * @param speed how fast they were
     */
    record Training(
            long step,
            double epoch,
            double loss,
            double gradientNorm,
            double learningRate,
            long tokens,
            long predictions,
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
                    report.predictions(),
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
     * @param predictionsPerSecond what has a loss
     * @param flopsPerSecond floating point operations by the plan
     * @param shareOfPeak of the multiply-add rate measured on this machine, where it was
     */
    record Speed(
            double seconds,
            double tokensPerSecond,
            double predictionsPerSecond,
            double flopsPerSecond,
            OptionalDouble shareOfPeak) {
        private static Speed of(TrainingReport report, Optional<MachinePeak> peak) {
            // Steps that took no measurable time have no speed, and JSON has no word for infinite.
            double perSecond = report.seconds() > 0 ? 1 / report.seconds() : 0;
            double flopsPerSecond = report.flops() * perSecond;
            return new Speed(
                    report.seconds(),
                    report.tokens() * perSecond,
                    report.predictions() * perSecond,
                    flopsPerSecond,
                    peak.map(machine -> OptionalDouble.of(flopsPerSecond / (1e9 * machine.fmaGflopsAllThreads())))
                            .orElse(OptionalDouble.empty()));
        }
    }

    /**
     * A validation.
     *
     * @param step number of steps made when it was written
     * @param epoch passes over the training samples so far
     * @param loss mean over all validation labels: cross-entropy in nats, or a task's loss
     * @param metrics figures by name, in the order in which they are shown; all are numbers
     * @param predictions number of validation labels: masked tokens in pretraining
     * @param seconds it took, wall clock
     */
    record Evaluation(
            long step, double epoch, double loss, Map<String, Double> metrics, long predictions, double seconds)
            implements MetricsLine {
        public Evaluation {
            metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        }

        /** The line of a report; JSON has no word for what is not a number. */
        public static Evaluation of(EvaluationReport report) {
            Map<String, Double> finite = new LinkedHashMap<>(report.metrics());
            finite.values().removeIf(value -> !Double.isFinite(value));
            return new Evaluation(
                    report.step(), report.epoch(), report.loss(), finite, report.predictions(), report.seconds());
        }

        /** A figure, where there is one of this name. */
        public OptionalDouble metric(String name) {
            return metrics.containsKey(name)
                    ? OptionalDouble.of(metrics.getOrDefault(name, 0.0))
                    : OptionalDouble.empty();
        }
    }
}
