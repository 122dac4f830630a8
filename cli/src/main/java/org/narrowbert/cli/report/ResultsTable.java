package org.narrowbert.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.narrowbert.cli.report.HtmlTable.Cell;
import org.narrowbert.cli.report.HtmlTable.Kind;
import org.narrowbert.model.finetuning.TaskResults;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.log.MetricsLine.Evaluation;

/** What the runs came to, side by side; the best of a column is set off where there are several. */
final class ResultsTable {
    private static final String NONE = "–";
    private static final String VALIDATION = "eval_";
    private static final String TEST = "test_";
    private static final String LOSS = "loss";
    private static final String SQUARED_ERROR = "mse";

    /** SQuAD's scores of no answer from which on the best figures are reached. */
    private static final String THRESHOLD = "_thresh";

    private final List<Result> results;
    private final List<Column> columns;

    /** Which of a column's numbers is the best. */
    private enum Best {
        LEAST,
        MOST,
        NONE
    }

    /**
     * A column of numbers.
     *
     * @param value NaN where a run has none
     */
    private record Column(String head, ToDoubleFunction<Result> value, DoubleFunction<String> text, Best best) {
        /** The best value; empty when there is nothing to compare. */
        OptionalDouble bestOf(List<Result> results) {
            double[] all = results.stream()
                    .mapToDouble(value)
                    .filter(Double::isFinite)
                    .sorted()
                    .toArray();
            if (all.length < 2) {
                return OptionalDouble.empty();
            }
            return switch (best) {
                case LEAST -> OptionalDouble.of(all[0]);
                case MOST -> OptionalDouble.of(all[all.length - 1]);
                case NONE -> OptionalDouble.empty();
            };
        }

        Cell cell(Result result, OptionalDouble bestOfAll) {
            double number = value.applyAsDouble(result);
            if (Double.isNaN(number)) {
                return Cell.number(ResultsTable.NONE);
            }
            boolean isBest = bestOfAll.isPresent() && bestOfAll.getAsDouble() == number;
            return new Cell(text.apply(number), isBest ? Kind.BEST : Kind.NUMBER);
        }
    }

    /** A run with what it came to. */
    private record Result(Run run, RunSummary summary) {
        /** A figure under Hugging Face's name: of the kept model, where there is one, or else of the last validation. */
        double figure(String name) {
            Map<String, Double> kept = run.results().map(TaskResults::figures).orElse(Map.of());
            if (kept.containsKey(name)) {
                return kept.getOrDefault(name, Double.NaN);
            }
            if (!name.startsWith(VALIDATION)) {
                return Double.NaN;
            }
            String metric = name.substring(VALIDATION.length());
            return summary.lastEvaluation()
                    .map(found -> metric.equals(LOSS)
                            ? found.loss()
                            : found.metric(metric).orElse(Double.NaN))
                    .orElse(Double.NaN);
        }

        /** The names of its figures, but for losses and numbers of labels. */
        Set<String> figures() {
            Set<String> names = new LinkedHashSet<>();
            summary.lastEvaluation().map(Evaluation::metrics).orElse(Map.of()).keySet().stream()
                    .map(metric -> VALIDATION + metric)
                    .forEach(names::add);
            run.results().map(TaskResults::figures).orElse(Map.of()).keySet().stream()
                    .filter(name -> !TaskResults.isCount(name) && !name.contains(LOSS))
                    .forEach(names::add);
            return names;
        }
    }

    ResultsTable(List<Run> runs) {
        results = runs.stream().map(run -> new Result(run, RunSummary.of(run))).toList();
        columns = columns();
    }

    private List<Column> columns() {
        List<Column> all = new ArrayList<>(List.of(
                number("Steps", result -> result.summary().steps(), "%,.0f", Best.NONE),
                number("Epochs", result -> result.summary().epochs(), "%.2f", Best.NONE),
                number("Tokens", result -> result.summary().tokens(), "%,.0f", Best.NONE),
                number("Validation loss", result -> result.figure(VALIDATION + LOSS), "%.4f", Best.LEAST)));
        Set<String> figures = new LinkedHashSet<>();
        results.forEach(result -> figures.addAll(result.figures()));
        figures.forEach(name -> all.add(figure(name)));
        all.add(new Column("Training time", result -> result.summary().trainingSeconds(), Clock::text, Best.NONE));
        all.add(number(
                "Tokens/s", result -> result.summary().tokensPerSecond().orElse(Double.NaN), "%,.0f", Best.MOST));
        all.add(number(
                "Of peak", result -> 100 * result.summary().shareOfPeak().orElse(Double.NaN), "%.0f %%", Best.NONE));
        return all;
    }

    private static Column figure(String name) {
        return switch (name) {
            case VALIDATION + MaskedLanguageTrainer.PERPLEXITY ->
                number("Perplexity", result -> result.figure(name), "%,.2f", Best.NONE);
            case VALIDATION + MaskedLanguageTrainer.ACCURACY ->
                number("Masked accuracy", result -> 100 * result.figure(name), "%.2f %%", Best.MOST);
            default -> number(words(name), result -> result.figure(name), "%.4f", best(name));
        };
    }

    private static Best best(String name) {
        if (name.endsWith(THRESHOLD)) {
            return Best.NONE;
        }
        return name.endsWith(SQUARED_ERROR) ? Best.LEAST : Best.MOST;
    }

    private static String words(String name) {
        String set = name.startsWith(TEST) ? "Test " : "Validation ";
        return set + name.substring(VALIDATION.length()).replace('_', ' ');
    }

    private static Column number(String head, ToDoubleFunction<Result> value, String format, Best best) {
        return new Column(head, value, format::formatted, best);
    }

    String html() {
        List<String> heads = new ArrayList<>(List.of("Run", "Layout"));
        columns.forEach(column -> heads.add(column.head()));
        HtmlTable table = new HtmlTable("Results", heads);
        List<OptionalDouble> best =
                columns.stream().map(column -> column.bestOf(results)).toList();
        for (Result result : results) {
            List<Cell> row =
                    new ArrayList<>(List.of(Cell.words(result.run().name()), Cell.words(layout(result.run()))));
            for (int i = 0; i < columns.size(); i++) {
                row.add(columns.get(i).cell(result, best.get(i)));
            }
            table.add(row);
        }
        return table.html(true);
    }

    private static String layout(Run run) {
        return run.config().flatMap(config -> config.value("layout")).orElse(NONE);
    }
}
