package org.narrowbert.model.finetuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What runs of several seeds came to.
 *
 * @param seeds of the runs that have figures
 * @param values of each figure that all these runs have, one for each seed
 */
public record SeedSummary(List<Long> seeds, Map<String, List<Double>> values) {
    /** The file's name in the folder of all runs. */
    public static final String FILE = "all_results.json";

    /**
     * Sums up runs. One without figures does not count; nor does a figure that one of the others lacks, or that is no number there.
     *
     * @param results of the runs that came to their end, by seed
     */
    public static SeedSummary of(SequencedMap<Long, TaskResults> results) {
        List<Long> seeds = new ArrayList<>();
        Map<String, List<Double>> values = new LinkedHashMap<>();
        results.forEach((seed, one) -> {
            if (!one.figures().isEmpty()) {
                seeds.add(seed);
                one.figures()
                        .forEach((name, value) -> values.computeIfAbsent(name, key -> new ArrayList<>())
                                .add(value));
            }
        });
        values.entrySet()
                .removeIf(figure -> TaskResults.isCount(figure.getKey())
                        || figure.getValue().size() < seeds.size()
                        || !figure.getValue().stream().allMatch(Double::isFinite));
        return new SeedSummary(seeds, values);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** The standard deviation of a sample; 0 of one run. */
    private static double deviation(List<Double> values) {
        double mean = mean(values);
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1));
    }

    /** Writes means, deviations and each run's figures as JSON. */
    public SeedSummary write(Path folder) {
        ObjectNode json = StrictJson.object();
        ArrayNode all = json.putArray("seeds");
        seeds.forEach(all::add);
        values.forEach((name, each) -> {
            ObjectNode figure = json.putObject(name);
            figure.put("mean", mean(each)).put("standard_deviation", deviation(each));
            ArrayNode list = figure.putArray("values");
            each.forEach(list::add);
        });
        DurableFile.write(folder.resolve(FILE), StrictJson.write(json));
        return this;
    }

    /** Mean and deviation of each figure for people, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("over %d seeds, mean and standard deviation:".formatted(seeds.size()));
        values.forEach((name, each) -> lines.add("  %-28s %.4f  %.4f".formatted(name, mean(each), deviation(each))));
        return lines;
    }
}
