package org.narrowbert.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.narrowbert.model.training.log.MetricsLine;

/**
 * A figure of a run as it went on.
 *
 * @param steps at which it was taken
 * @param seconds of training until then, over all segments of the run; validations and saves are not counted
 * @param values one each
 */
record Curve(double[] steps, double[] seconds, double[] values) {
    /** Of the lines about training. */
    static Curve ofTraining(Run run, ToDoubleFunction<MetricsLine.Training> value) {
        List<MetricsLine.Training> lines = run.training();
        return new Curve(
                lines.stream().mapToDouble(MetricsLine.Training::step).toArray(),
                seconds(lines),
                lines.stream().mapToDouble(value).toArray());
    }

    /** Of those validations that have a value; NaN stands for none. */
    static Curve ofEvaluations(Run run, ToDoubleFunction<MetricsLine.Evaluation> value) {
        List<MetricsLine.Evaluation> lines = new ArrayList<>(run.evaluations());
        lines.removeIf(line -> Double.isNaN(value.applyAsDouble(line)));
        Curve clock = ofTraining(run, MetricsLine.Training::seconds);
        return new Curve(
                lines.stream().mapToDouble(MetricsLine.Evaluation::step).toArray(),
                lines.stream().mapToDouble(line -> clock.secondsAt(line.step())).toArray(),
                lines.stream().mapToDouble(value).toArray());
    }

    private static double[] seconds(List<MetricsLine.Training> lines) {
        double[] seconds = new double[lines.size()];
        double sum = 0;
        for (int i = 0; i < seconds.length; i++) {
            sum += lines.get(i).seconds();
            seconds[i] = sum;
        }
        return seconds;
    }

    /** Seconds of training until a step; between two lines steps are taken to be equally long. */
    private double secondsAt(long step) {
        double stepBefore = 0;
        double secondsBefore = 0;
        for (int i = 0; i < steps.length; i++) {
            if (steps[i] >= step) {
                double part = (step - stepBefore) / (steps[i] - stepBefore);
                return secondsBefore + (steps[i] > stepBefore ? part * (seconds[i] - secondsBefore) : 0);
            }
            stepBefore = steps[i];
            secondsBefore = seconds[i];
        }
        return secondsBefore;
    }

    boolean isEmpty() {
        return values.length == 0;
    }

    /** The same with smoothed values. */
    Curve smoothed() {
        return new Curve(steps, seconds, RunningMedian.of(values, RunningMedian.window(values.length)));
    }
}
