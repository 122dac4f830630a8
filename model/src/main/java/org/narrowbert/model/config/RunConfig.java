package org.narrowbert.model.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.json.StrictYaml;

/**
 * What a run was told: every option that has a value, defaults included.
 *
 * @param values the values of each option, by its name without dashes in front ({@code learning-rate}), in the order of the names; what has
 *     no value has no name here
 */
public record RunConfig(SortedMap<String, List<String>> values) {
    /** The file's name in a run's folder. */
    public static final String FILE = "training_args.yaml";

    /**
     * An option that differs between two runs.
     *
     * @param name without dashes in front
     * @param here its value in the run that was asked, empty where it has none
     * @param there its value in the other run
     */
    public record Difference(String name, Optional<String> here, Optional<String> there) {
        /** The difference as part of a sentence: {@code --learning-rate is 0.001, the run was started with 0.0005}. */
        public String text() {
            return "--" + name + here.map(value -> " is " + value).orElse(" is not given") + ", the run was started "
                    + there.map(value -> "with " + value).orElse("without it");
        }
    }

    public RunConfig {
        SortedMap<String, List<String>> copy = new TreeMap<>();
        values.forEach((name, list) -> copy.put(name, List.copyOf(list)));
        values = Collections.unmodifiableSortedMap(copy);
    }

    /** The values of options by name. */
    public static RunConfig of(Map<String, List<String>> values) {
        return new RunConfig(new TreeMap<>(values));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws RunError when there is no such file, or it is no sound configuration
     */
    public static RunConfig read(Path file) {
        SortedMap<String, List<String>> values = new TreeMap<>();
        for (ConfigEntry entry : ConfigFile.read(file)) {
            if (values.put(entry.key(), entry.values()) != null) {
                throw new RunError(file + ", line " + entry.line() + ": " + entry.key() + " stands there twice");
            }
        }
        return new RunConfig(values);
    }

    /** The same with other values of some options; a list is a value for each element. */
    public RunConfig with(Map<String, ?> changed) {
        SortedMap<String, List<String>> all = new TreeMap<>(values);
        changed.forEach((name, value) -> all.put(name, ValueText.all(value)));
        return new RunConfig(all);
    }

    /** An option's value, a list's joined by blanks. */
    public Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name)).map(list -> String.join(" ", list));
    }

    /**
     * In what this run differs from one that was started before.
     *
     * @param mayChange names of options that are not compared
     * @return the differences in the order of the names
     */
    public List<Difference> differences(RunConfig started, Set<String> mayChange) {
        Set<String> names = new TreeSet<>(values.keySet());
        names.addAll(started.values.keySet());
        names.removeAll(mayChange);
        List<Difference> differences = new ArrayList<>();
        for (String name : names) {
            if (!Optional.ofNullable(values.get(name)).equals(Optional.ofNullable(started.values.get(name)))) {
                differences.add(new Difference(name, value(name), started.value(name)));
            }
        }
        return differences;
    }

    /**
     * Writes YAML that {@code --config} reads, whole or not at all.
     *
     * @param heading a comment of one line
     * @throws RunError when it cannot be written
     */
    public void write(Path file, String heading) {
        DurableFile.write(file, StrictYaml.write(heading, values));
    }
}
