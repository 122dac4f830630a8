package org.narrowbert.model.finetuning;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.evaluation.ConfusionMatrix;
import org.narrowbert.model.evaluation.Mistake;
import org.narrowbert.model.evaluation.PrecisionRecall;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.json.JsonFields;
import org.narrowbert.model.json.StrictJson;
import org.narrowbert.model.task.prediction.Details;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model does well and badly on one set, as a report shows it.
 *
 * @param labels that rows and columns of the confusion matrix are named by; empty where there is none
 * @param details label by label
 * @param mistakes the worst first
 */
public record TaskDetails(List<String> labels, Details details, List<Mistake> mistakes) {
    /** The file's name in a folder. */
    public static final String FILE = "eval_details.json";

    /** Mistakes that are kept of a set. */
    public static final int MISTAKES = 20;

    private static final int LONGEST_TEXT = 1_000;

    public TaskDetails {
        labels = List.copyOf(labels);
        mistakes = List.copyOf(mistakes);
    }

    /**
     * Writes them as JSON.
     *
     * @param sets by name
     */
    public static void write(Map<String, TaskDetails> sets, Path file) {
        ObjectNode json = StrictJson.object();
        sets.forEach((name, details) -> details.write(json.putObject(name)));
        DurableFile.write(file, StrictJson.write(json));
    }

    private void write(ObjectNode json) {
        details.confusion().ifPresent(matrix -> {
            ObjectNode right = json.putObject("confusion");
            for (int label = 0; label < labels.size(); label++) {
                ObjectNode predicted = right.putObject(labels.get(label));
                matrix.rows().get(label).forEach((prediction, count) -> predicted.put(labels.get(prediction), count));
            }
        });
        ObjectNode classes = json.putObject("classes");
        details.classes()
                .forEach((name, found) -> classes.putObject(name)
                        .put("precision", found.precision())
                        .put("recall", found.recall())
                        .put("f1", found.f1())
                        .put("support", found.support()));
        ArrayNode worst = json.putArray("mistakes");
        mistakes.forEach(mistake -> worst.addObject()
                .put("text", cut(mistake.text()))
                .put("expected", cut(mistake.expected()))
                .put("predicted", cut(mistake.predicted()))
                .put("loss", mistake.loss()));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, LONGEST_TEXT) - 1)) + "...";
    }

    /**
     * Reads what {@link #write} wrote; empty where there is no such file.
     *
     * @throws RunError naming the file and what is wrong in it
     */
    public static SequencedMap<String, TaskDetails> read(Path file) {
        SequencedMap<String, TaskDetails> sets = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return sets;
        }
        JsonFields json = JsonFields.of(
                StrictJson.readObject(file),
                (key, expected, found) -> new RunError(file + " has " + StrictJson.show(found) + " for '" + key
                        + "' where " + expected + " is expected: remove the file to have a report without it"));
        json.names().forEach(name -> sets.put(name, read(json.object(name))));
        return sets;
    }

    private static TaskDetails read(JsonFields json) {
        List<String> labels = json.has("confusion") ? json.object("confusion").names() : List.of();
        Optional<ConfusionMatrix> confusion =
                labels.isEmpty() ? Optional.empty() : Optional.of(confusion(json.object("confusion"), labels));
        SequencedMap<String, PrecisionRecall> classes = new LinkedHashMap<>();
        JsonFields found = json.object("classes");
        for (String name : found.names()) {
            JsonFields one = found.object(name);
            classes.put(
                    name,
                    new PrecisionRecall(
                            one.number("precision"), one.number("recall"), one.number("f1"), one.whole("support")));
        }
        return new TaskDetails(
                labels,
                new Details(confusion, classes),
                json.list("mistakes").stream()
                        .map(one -> new Mistake(
                                one.text("text"), one.text("expected"), one.text("predicted"), one.number("loss")))
                        .toList());
    }

    private static ConfusionMatrix confusion(JsonFields json, List<String> labels) {
        Map<String, Integer> places = new HashMap<>();
        labels.forEach(label -> places.put(label, places.size()));
        List<SortedMap<Integer, Long>> rows = new ArrayList<>();
        for (String label : labels) {
            JsonFields row = json.object(label);
            SortedMap<Integer, Long> counts = new TreeMap<>();
            for (String prediction : row.names()) {
                Integer place = places.get(prediction);
                if (place == null) {
                    throw row.wrong(prediction, "one of the matrix's labels");
                }
                counts.put(place, row.whole(prediction, Long.MAX_VALUE));
            }
            rows.add(counts);
        }
        return new ConfusionMatrix(rows);
    }
}
