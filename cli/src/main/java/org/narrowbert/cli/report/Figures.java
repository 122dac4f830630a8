package org.narrowbert.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.narrowbert.cli.report.Figure.Axes;
import org.narrowbert.cli.report.Figure.Corner;
import org.narrowbert.cli.report.Figure.Line;
import org.narrowbert.cli.report.Figure.Shape;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.log.MetricsLine;

/** The pictures of a report: which curves of which runs go into which. */
final class Figures {
    /** With more runs than this, training losses would hide the validation losses, and single reports everything. */
    private static final int FEW_RUNS = 3;

    /** Part of a run in which the loss falls so steeply that the rest of the picture would be empty. */
    private static final double BEGINNING = 0.1;

    /** Cutting the beginning off must leave no more than this of the picture's height. */
    private static final double LARGEST_SHARE = 0.7;

    /** Room above what comes after the beginning. */
    private static final double MARGIN = 1.05;

    private final List<Run> runs;
    private final double seconds;
    private final Clock clock;

    private Figures(List<Run> runs) {
        this.runs = runs;
        this.seconds = runs.stream()
                .mapToDouble(run -> RunSummary.of(run).trainingSeconds())
                .max()
                .orElse(0);
        this.clock = Clock.upTo(seconds);
    }

    /** All pictures that the runs have values for. */
    static List<Figure> of(List<Run> runs) {
        Figures figures = new Figures(runs);
        List<Figure> all = new ArrayList<>();
        all.add(figures.loss("loss-by-step", "Loss against steps", "", "steps", figures.lastStep(), Curve::steps));
        all.add(figures.loss(
                "loss-by-time",
                "Loss against training time",
                " Time is that of training steps, without validations and saves.",
                "training time (" + figures.clock.name() + ")",
                figures.seconds / figures.clock.seconds(),
                figures::time));
        all.add(figures.accuracy());
        figures.taskMetrics().forEach(name -> all.add(figures.taskMetric(name)));
        all.add(figures.throughput());
        all.removeIf(figure -> figure.lines().isEmpty());
        return all;
    }

    private double lastStep() {
        return runs.stream()
                .mapToDouble(run -> RunSummary.of(run).steps())
                .max()
                .orElse(0);
    }

    private double[] time(Curve curve) {
        double[] units = curve.seconds().clone();
        for (int i = 0; i < units.length; i++) {
            units[i] /= clock.seconds();
        }
        return units;
    }

    private Figure loss(String id, String title, String note, String xTitle, double end, Function<Curve, double[]> x) {
        List<Line> lines = new ArrayList<>();
        List<Curve> training = curves(run -> Curve.ofTraining(run, MetricsLine.Training::loss));
        List<Curve> validation = curves(run -> Curve.ofEvaluations(run, MetricsLine.Evaluation::loss));
        for (int run = 0; run < runs.size(); run++) {
            if (few() || validation.get(run).isEmpty()) {
                lines.addAll(reports(run, training.get(run), x, label(run, "training")));
            }
        }
        for (int run = 0; run < runs.size(); run++) {
            lines.addAll(points(run, validation.get(run), x, label(run, "validation")));
        }
        OptionalDouble most = top(lines, end);
        return new Figure(
                id,
                title,
                (few() ? "With markers: validation" + sameMasks() + ". Without: training, " + smoothing() : "")
                        + (few() ? "" : "Validation" + sameMasks() + ".")
                        + (most.isPresent() ? " The steep beginning is cut off." : "")
                        + note,
                describe(run -> validation.get(run).isEmpty()
                        ? describe(run, "training loss", "%.3f", training)
                        : describe(run, "validation loss", "%.3f", validation)),
                new Axes(xTitle, end, lossTitle(), "0.0##", OptionalDouble.empty(), most),
                Corner.TOP,
                lines);
    }

    /** Where to cut a steep beginning off: above all that comes later; empty when that would gain little. */
    private static OptionalDouble top(List<Line> lines, double end) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        double mostLater = Double.NEGATIVE_INFINITY;
        for (Line line : lines) {
            for (int i = 0; i < line.x().length; i++) {
                least = Math.min(least, line.y()[i]);
                most = Math.max(most, line.y()[i]);
                if (line.x()[i] >= BEGINNING * end && line.shape() != Shape.RAW) {
                    mostLater = Math.max(mostLater, line.y()[i]);
                }
            }
        }
        double later = MARGIN * (mostLater - least);
        return later > 0 && later < LARGEST_SHARE * (most - least)
                ? OptionalDouble.of(least + later)
                : OptionalDouble.empty();
    }

    private Figure accuracy() {
        List<Line> lines = new ArrayList<>();
        List<Curve> curves = curves(run -> Curve.ofEvaluations(
                run, line -> 100 * line.metric("masked_accuracy").orElse(Double.NaN)));
        for (int run = 0; run < runs.size(); run++) {
            lines.addAll(points(run, curves.get(run), Curve::steps, label(run, "")));
        }
        return new Figure(
                "masked-accuracy",
                "Masked accuracy",
                "Share of the masked validation tokens whose own id the model finds most likely.",
                describe(run -> describe(run, "masked accuracy", "%.1f %%", curves)),
                new Axes(
                        "steps",
                        lastStep(),
                        "masked accuracy (%)",
                        "0.###",
                        OptionalDouble.of(0),
                        OptionalDouble.empty()),
                Corner.BOTTOM,
                lines);
    }

    /** What the evaluations of fine-tuning runs measure, by name; the loss and what pretraining measures have pictures of their own. */
    private Set<String> taskMetrics() {
        Set<String> names = new LinkedHashSet<>();
        for (Run run : runs) {
            run.evaluations().forEach(line -> names.addAll(line.metrics().keySet()));
        }
        names.removeAll(Set.of(MaskedLanguageTrainer.PERPLEXITY, MaskedLanguageTrainer.ACCURACY));
        return names;
    }

    private boolean onlyTasks() {
        return !taskMetrics().isEmpty()
                && runs.stream()
                        .flatMap(run -> run.evaluations().stream())
                        .allMatch(line ->
                                line.metric(MaskedLanguageTrainer.PERPLEXITY).isEmpty());
    }

    private String lossTitle() {
        return onlyTasks() ? "loss" : "loss (nats per masked token)";
    }

    private String sameMasks() {
        return onlyTasks() ? "" : ", the same masks every time";
    }

    private Figure taskMetric(String name) {
        List<Line> lines = new ArrayList<>();
        List<Curve> curves =
                curves(run -> Curve.ofEvaluations(run, line -> line.metric(name).orElse(Double.NaN)));
        for (int run = 0; run < runs.size(); run++) {
            lines.addAll(points(run, curves.get(run), Curve::steps, label(run, "")));
        }
        String words = name.replace('_', ' ');
        return new Figure(
                name.replace('_', '-'),
                words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1),
                "Of the validation examples.",
                describe(run -> describe(run, words, "%.4f", curves)),
                new Axes("steps", lastStep(), words, "0.0##", OptionalDouble.empty(), OptionalDouble.empty()),
                Corner.BOTTOM,
                lines);
    }

    private Figure throughput() {
        List<Line> lines = new ArrayList<>();
        List<Curve> curves =
                curves(run -> Curve.ofTraining(run, line -> line.speed().tokensPerSecond()));
        for (int run = 0; run < runs.size(); run++) {
            lines.addAll(reports(run, curves.get(run), Curve::steps, label(run, "")));
        }
        return new Figure(
                "throughput",
                "Throughput",
                "Tokens a second in training steps, without validations and saves: " + smoothing(),
                describe(run -> describe(run, "tokens per second", "%,.0f", curves)),
                new Axes(
                        "steps",
                        lastStep(),
                        "tokens per second",
                        "0.###",
                        OptionalDouble.of(0),
                        OptionalDouble.empty()),
                Corner.BOTTOM,
                lines);
    }

    private boolean few() {
        return runs.size() <= FEW_RUNS;
    }

    private List<Curve> curves(Function<Run, Curve> curve) {
        return runs.stream().map(curve).toList();
    }

    /** What a curve is called: a single run need not be named, and of many only one curve is shown. */
    private String label(int run, String what) {
        String name = runs.get(run).name();
        return what.isEmpty() || !few() ? name : runs.size() == 1 ? what : name + ", " + what;
    }

    private String smoothing() {
        int window = runs.stream()
                .mapToInt(run -> RunningMedian.window(run.training().size()))
                .max()
                .orElse(1);
        return "the running median of up to " + window + " reports" + (few() ? " (faint: each of them)." : ".");
    }

    private List<Line> reports(int run, Curve curve, Function<Curve, double[]> x, String label) {
        List<Line> lines = new ArrayList<>();
        if (!curve.isEmpty()) {
            if (few()) {
                lines.add(new Line("", run, Shape.RAW, x.apply(curve), curve.values()));
            }
            lines.add(new Line(
                    label, run, Shape.SMOOTHED, x.apply(curve), curve.smoothed().values()));
        }
        return lines;
    }

    private static List<Line> points(int run, Curve curve, Function<Curve, double[]> x, String label) {
        return curve.isEmpty()
                ? List.of()
                : List.of(new Line(label, run, Shape.POINTS, x.apply(curve), curve.values()));
    }

    private String describe(IntFunction<Stream<String>> run) {
        return IntStream.range(0, runs.size())
                .mapToObj(run)
                .flatMap(words -> words)
                .collect(Collectors.joining("; "));
    }

    private Stream<String> describe(int run, String what, String format, List<Curve> curves) {
        Curve curve = curves.get(run);
        if (curve.isEmpty()) {
            return Stream.empty();
        }
        int last = curve.values().length - 1;
        return Stream.of(("%s: %s from " + format + " at step %,.0f to " + format + " at step %,.0f")
                .formatted(
                        runs.get(run).name(),
                        what,
                        curve.values()[0],
                        curve.steps()[0],
                        curve.values()[last],
                        curve.steps()[last]));
    }
}
