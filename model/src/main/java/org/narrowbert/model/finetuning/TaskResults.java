package org.narrowbert.model.finetuning;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.json.JsonFields;
import org.narrowbert.model.json.StrictJson;
import org.narrowbert.model.training.Evaluation;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model came to on a task's sets, under Hugging Face's names: {@code eval_accuracy}, and {@code eval_accuracy_mm} of MNLI's mismatched set.
 *
 * @param figures by name
 */
public record TaskResults(Map<String, Double> figures) {
    /** The file's name in a folder. */
    public static final String FILE = "eval_results.json";

    /** The name of the set that is measured on once, in the end. */
    public static final String TEST = "test";

    private static final String SAMPLES = "samples";

    private static final String MISMATCHED = "validation_mismatched";

    /**
     * What a model came to on one set.
     *
     * @param evaluation its loss and figures
     * @param examples of the set: texts, sentences or questions, whatever number of labels or parts they have
     */
    public record Measured(Evaluation evaluation, long examples) {}

    /** The figures of each set: those of {@link #TEST} begin with its name, those of the first other one have no ending. */
    public static TaskResults of(Map<String, Measured> sets) {
        Map<String, Double> figures = new LinkedHashMap<>();
        boolean first = true;
        for (Map.Entry<String, Measured> set : sets.entrySet()) {
            boolean isTest = set.getKey().equals(TEST);
            String start = isTest ? "test_" : "eval_";
            String ending = isTest || first ? "" : set.getKey().equals(MISMATCHED) ? "_mm" : "_" + set.getKey();
            Evaluation found = set.getValue().evaluation();
            if (found.predictions() > 0) {
                figures.put(start + "loss" + ending, found.loss());
            }
            found.metrics().forEach((name, value) -> figures.put(start + name + ending, value));
            figures.put(start + SAMPLES + ending, (double) set.getValue().examples());
            first &= isTest;
        }
        return new TaskResults(figures);
    }

    /** Whether a figure is a number of examples, which is none of merit. */
    public static boolean isCount(String name) {
        return name.startsWith("eval_" + SAMPLES) || name.equals("test_" + SAMPLES);
    }

    /**
     * Reads what {@link #write} wrote, if there is any.
     *
     * @throws RunError naming the file and what is wrong in it
     */
    public static Optional<TaskResults> read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonFields json = JsonFields.of(
                StrictJson.readObject(file),
                (key, expected, found) -> new RunError(file + " has " + StrictJson.show(found) + " for '" + key
                        + "' where " + expected + " is expected: mend it, or have the figures written anew by evaluate"
                        + " --output-file"));
        Map<String, Double> figures = new LinkedHashMap<>();
        json.names().forEach(name -> figures.put(name, json.number(name)));
        return Optional.of(new TaskResults(figures));
    }

    /** Writes them as JSON; where there are none, no file. */
    public TaskResults write(Path folder) {
        if (!figures.isEmpty()) {
            writeTo(folder.resolve(FILE));
        }
        return this;
    }

    /** Writes them as JSON. */
    public void writeTo(Path file) {
        ObjectNode json = StrictJson.object();
        figures.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                if (isCount(name)) {
                    json.put(name, value.longValue());
                } else {
                    json.put(name, value);
                }
            }
        });
        DurableFile.write(file, StrictJson.write(json));
    }

    /** For people, a line each. */
    public List<String> lines() {
        return figures.entrySet().stream()
                .map(figure -> isCount(figure.getKey())
                        ? "  %-28s %,d"
                                .formatted(figure.getKey(), figure.getValue().longValue())
                        : "  %-28s %.4f".formatted(figure.getKey(), figure.getValue()))
                .toList();
    }
}
