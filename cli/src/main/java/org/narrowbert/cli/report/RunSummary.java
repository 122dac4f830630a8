package org.narrowbert.cli.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.narrowbert.model.training.log.MetricsLine;

/**
 * What a run came to.
 *
 * @param steps made
 * @param epochs passes over the training samples
 * @param tokens trained on
 * @param predictions the losses are means over: masked tokens, or labels of a task
 * @param trainingSeconds over all segments, without validations and saves
 * @param validationSeconds of all validations
 * @param shareOfPeak median of the lines that have one
 * @param lastEvaluation the last validation, where there is one
 */
record RunSummary(
        long steps,
        double epochs,
        long tokens,
        long predictions,
        double trainingSeconds,
        double validationSeconds,
        OptionalDouble shareOfPeak,
        Optional<MetricsLine.Evaluation> lastEvaluation) {
    static RunSummary of(Run run) {
        List<MetricsLine.Training> training = run.training();
        List<MetricsLine.Evaluation> evaluations = run.evaluations();
        double[] shares = training.stream()
                .flatMapToDouble(line -> line.speed().shareOfPeak().stream())
                .sorted()
                .toArray();
        return new RunSummary(
                run.lines().getLast().step(),
                run.lines().getLast().epoch(),
                training.stream().mapToLong(MetricsLine.Training::tokens).sum(),
                training.stream().mapToLong(MetricsLine.Training::predictions).sum(),
                training.stream().mapToDouble(MetricsLine::seconds).sum(),
                evaluations.stream().mapToDouble(MetricsLine::seconds).sum(),
                shares.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(shares[shares.length / 2]),
                evaluations.isEmpty() ? Optional.empty() : Optional.of(evaluations.getLast()));
    }

    /** Over the whole run; empty when nothing was timed. */
    OptionalDouble tokensPerSecond() {
        return trainingSeconds > 0 ? OptionalDouble.of(tokens / trainingSeconds) : OptionalDouble.empty();
    }
}
