package org.narrowbert.cli.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.config.ValueText;
import picocli.CommandLine.Model.CommandSpec;

/** Every option of a command that ran, as a record of what it was told. */
public final class EffectiveConfig {
    /** Options that say what to do once; whoever repeats a run must say them again. */
    private static final Set<String> DEEDS = Set.of("overwrite-output-dir", "resume-from-checkpoint");

    private EffectiveConfig() {}

    /**
     * The options' values, whether they were told by the command line, a variable, a file or a default. What the command works out for options
     * that nobody told is for the command to add, by {@link RunConfig#with}.
     */
    public static RunConfig of(CommandSpec command) {
        SortedMap<String, List<String>> values = new TreeMap<>();
        for (ConfigurableOption option : ConfigurableOption.of(command)) {
            Optional<Object> value = Optional.ofNullable(option.option().getValue());
            value.flatMap(some -> some instanceof Optional<?> maybe ? maybe : Optional.of(some))
                    .map(ValueText::all)
                    .filter(texts -> !texts.isEmpty() && !DEEDS.contains(option.name()))
                    .ifPresent(texts -> values.put(option.name(), texts));
        }
        return new RunConfig(values);
    }
}
