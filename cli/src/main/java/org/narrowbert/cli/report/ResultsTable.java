package org.narrowbert.cli.report;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.narrowbert.cli.report.HtmlTable.Cell;
import org.narrowbert.cli.report.HtmlTable.Kind;
import org.narrowbert.model.training.log.MetricsLine.Evaluation;

/** What the runs came to, side by side; the best of a column is set off where there are several. */
final class ResultsTable {
    private static final String NONE = "–";
    private static final List<String> HEADS = List.of(
            "Run",
            "Layout",
            "Steps",
            "Epochs",
            "Tokens",
            "Validation loss",
            "Perplexity",
            "Masked accuracy",
            "Training time",
            "Tokens/s",
            "Of peak");

    private final List<Run> runs;
    private final List<RunSummary> summaries;

    ResultsTable(List<Run> runs) {
        this.runs = runs;
        this.summaries = runs.stream().map(RunSummary::of).toList();
    }

    String html() {
        OptionalDouble loss = best(ResultsTable::loss, 1);
        OptionalDouble accuracy = best(ResultsTable::accuracy, -1);
        OptionalDouble speed = best(summary -> summary.tokensPerSecond().orElse(Double.NaN), -1);
        HtmlTable table = new HtmlTable("Results", HEADS);
        for (int i = 0; i < runs.size(); i++) {
            RunSummary summary = summaries.get(i);
            table.add(List.of(
                    Cell.words(runs.get(i).name()),
                    Cell.words(runs.get(i)
                            .config()
                            .flatMap(config -> config.value("layout"))
                            .orElse(NONE)),
                    Cell.number("%,d".formatted(summary.steps())),
                    Cell.number("%.2f".formatted(summary.epochs())),
                    Cell.number("%,d".formatted(summary.tokens())),
                    cell(loss(summary), "%.4f", loss),
                    cell(
                            of(
                                    summary,
                                    evaluation ->
                                            evaluation.metric("perplexity").orElse(Double.NaN)),
                            "%,.2f",
                            OptionalDouble.empty()),
                    cell(accuracy(summary), "%.2f %%", accuracy),
                    Cell.number(Clock.text(summary.trainingSeconds())),
                    cell(summary.tokensPerSecond().orElse(Double.NaN), "%,.0f", speed),
                    cell(100 * summary.shareOfPeak().orElse(Double.NaN), "%.0f %%", OptionalDouble.empty())));
        }
        return table.html(true);
    }

    private static double loss(RunSummary summary) {
        return of(summary, Evaluation::loss);
    }

    private static double accuracy(RunSummary summary) {
        return 100
                * of(summary, evaluation -> evaluation.metric("masked_accuracy").orElse(Double.NaN));
    }

    /** Of the last validation; NaN where there is none. */
    private static double of(RunSummary summary, Function<Evaluation, Double> value) {
        return summary.lastEvaluation().map(value).orElse(Double.NaN);
    }

    /** The lowest value times {@code sign}; empty when there is nothing to compare. */
    private OptionalDouble best(ToDoubleFunction<RunSummary> value, int sign) {
        double[] all = summaries.stream()
                .mapToDouble(value)
                .filter(Double::isFinite)
                .map(number -> sign * number)
                .sorted()
                .toArray();
        return all.length < 2 ? OptionalDouble.empty() : OptionalDouble.of(sign * all[0]);
    }

    private static Cell cell(double value, String format, OptionalDouble best) {
        if (Double.isNaN(value)) {
            return Cell.number(NONE);
        }
        boolean isBest = best.isPresent() && best.getAsDouble() == value;
        return new Cell(format.formatted(value), isBest ? Kind.BEST : Kind.NUMBER);
    }
}
