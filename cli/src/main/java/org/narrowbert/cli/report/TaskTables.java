package org.narrowbert.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.narrowbert.cli.report.HtmlTable.Cell;
import org.narrowbert.cli.report.HtmlTable.Kind;
import org.narrowbert.model.evaluation.ConfusionMatrix;
import org.narrowbert.model.evaluation.Mistake;
import org.narrowbert.model.evaluation.PrecisionRecall;
import org.narrowbert.model.finetuning.TaskDetails;

/** What a fine-tuned model does well and badly: its labels, what it takes for what, and its worst mistakes. */
final class TaskTables {
    /** With more labels than this a matrix is too wide to read, and the most frequent confusions are listed. */
    private static final int WIDEST = 12;

    private static final int MOST_CONFUSIONS = 20;

    private record Confusion(String label, String prediction, long count) {}

    private TaskTables() {}

    /** Everything of one run, set by set; empty of a run without. */
    static String html(Run run) {
        return run.details().entrySet().stream()
                .map(set -> html(set.getKey(), set.getValue()))
                .collect(Collectors.joining());
    }

    private static String html(String set, TaskDetails details) {
        StringBuilder html = new StringBuilder();
        details.details()
                .confusion()
                .ifPresent(matrix -> html.append(
                        matrix.classes() <= WIDEST
                                ? titled(set, "what is taken for what", confusion(matrix, details.labels()))
                                : titled(set, "most frequent confusions", confusions(matrix, details.labels()))));
        if (!details.details().classes().isEmpty()) {
            html.append(titled(set, "label by label", classes(details)));
        }
        if (!details.mistakes().isEmpty()) {
            html.append(titled(set, "worst mistakes", mistakes(details.mistakes())));
        }
        return html.toString();
    }

    private static String titled(String set, String what, String table) {
        return "<h4>%s: %s</h4>\n%s".formatted(HtmlTable.escaped(set), what, table);
    }

    private static String confusion(ConfusionMatrix matrix, List<String> labels) {
        List<String> heads = new ArrayList<>(List.of("right / predicted"));
        heads.addAll(labels);
        HtmlTable table = new HtmlTable("Confusion matrix", heads);
        for (int label = 0; label < labels.size(); label++) {
            List<Cell> row = new ArrayList<>(List.of(Cell.words(labels.get(label))));
            for (int prediction = 0; prediction < labels.size(); prediction++) {
                String count = "%,d".formatted(matrix.count(label, prediction));
                row.add(new Cell(count, label == prediction ? Kind.BEST : Kind.NUMBER));
            }
            table.add(row);
        }
        return table.html(false);
    }

    private static String confusions(ConfusionMatrix matrix, List<String> labels) {
        HtmlTable table = new HtmlTable("Most frequent confusions", List.of("Right", "Predicted", "Examples"));
        IntStream.range(0, labels.size())
                .boxed()
                .flatMap(label -> matrix.rows().get(label).entrySet().stream()
                        .filter(met -> !met.getKey().equals(label))
                        .map(met -> new Confusion(labels.get(label), labels.get(met.getKey()), met.getValue())))
                .sorted(Comparator.comparingLong(Confusion::count).reversed())
                .limit(MOST_CONFUSIONS)
                .forEach(confusion -> table.add(List.of(
                        Cell.words(confusion.label()),
                        Cell.words(confusion.prediction()),
                        Cell.number("%,d".formatted(confusion.count())))));
        return table.html(false);
    }

    private static String classes(TaskDetails details) {
        HtmlTable table =
                new HtmlTable("Label by label", List.of("Label", "Precision", "Recall", "F1", "How many there are"));
        details.details().classes().forEach((name, found) -> table.add(row(name, found)));
        return table.html(false);
    }

    private static List<Cell> row(String name, PrecisionRecall found) {
        return List.of(
                Cell.words(name),
                Cell.number("%.4f".formatted(found.precision())),
                Cell.number("%.4f".formatted(found.recall())),
                Cell.number("%.4f".formatted(found.f1())),
                Cell.number("%,d".formatted(found.support())));
    }

    private static String mistakes(List<Mistake> mistakes) {
        HtmlTable table = new HtmlTable("Worst mistakes", List.of("Right", "Predicted", "Loss", "Text"));
        mistakes.forEach(mistake -> table.add(List.of(
                Cell.words(mistake.expected()),
                new Cell(mistake.predicted(), Kind.LONG),
                Cell.number("%.3f".formatted(mistake.loss())),
                new Cell(mistake.text(), Kind.LONG))));
        return table.html(false);
    }
}
