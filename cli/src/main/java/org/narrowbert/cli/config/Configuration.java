package org.narrowbert.cli.config;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.config.ConfigEntry;
import org.narrowbert.model.config.ConfigFile;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What a command's options are told by a configuration file and by environment variables, of which the variables win. */
public final class Configuration {
    private static final Map<String, String> REPLACED_BY = Map.of("seed", "seeds", "seeds", "seed");

    /** Options that a variable or a file tells in vain, and are not refused, where the command is told the other option. */
    private static final Map<String, String> NEEDLESS_BESIDE = Map.of("model-cache", "model");

    private static final Pattern OPTION = Pattern.compile("--([a-z0-9-]+)");

    /**
     * What one option is told.
     *
     * @param where the file with its line, or the variable
     */
    private record Told(String where, List<String> values) {}

    private final List<ConfigurableOption> options;
    private final String command;
    private final Map<String, Told> told = new LinkedHashMap<>();

    private Configuration(CommandSpec command) {
        this.options = ConfigurableOption.of(command);
        this.command = command.qualifiedName();
    }

    /** Nothing is told. */
    public static Configuration none(CommandSpec command) {
        return new Configuration(command);
    }

    /**
     * Reads what a command is told.
     *
     * @param environment all variables; those of other names are not looked at
     * @throws UserError when a value cannot be one of its option, or the file cannot be read or holds something else; the message names the
     *     variable, or the file, its line and the nearest right key
     */
    public static Configuration read(CommandSpec command, Optional<Path> file, Map<String, String> environment) {
        Configuration configuration = new Configuration(command);
        file.ifPresent(name -> configuration.told.putAll(configuration.file(name)));
        configuration.variables(environment);
        return configuration;
    }

    /** Takes from a file what is not told otherwise. */
    public void fallBackOn(Path file) {
        file(file).forEach(told::putIfAbsent);
    }

    /**
     * Takes a value that a file leaves unsaid, for an option that is not told otherwise.
     *
     * @param name of the option, without dashes in front
     */
    public void fallBackOn(String name, String value, Path file) {
        told.putIfAbsent(name, new Told(file.toString(), List.of(value)));
    }

    /** The value that an option of this name is told, the last of several. */
    public Optional<String> value(String name) {
        return told(name).map(one -> one.values.getLast());
    }

    /**
     * A command line that says as well what the configuration tells.
     *
     * @param arguments the command line, whose options win
     * @param given the options in it
     */
    public String[] complete(String[] arguments, Set<OptionSpec> given) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        int end = all.indexOf("--");
        List<String> more = new ArrayList<>();
        for (ConfigurableOption option : options) {
            if (given.contains(option.option()) || isReplaced(option, given) || isNeedless(option, given)) {
                told.remove(option.name());
            } else {
                told(option.name())
                        .ifPresent(one -> one.values.forEach(value -> more.add("--" + option.name() + "=" + value)));
            }
        }
        all.addAll(end < 0 ? all.size() : end, more);
        return all.toArray(String[]::new);
    }

    /** Whether the command line gives an option that stands for this one: several seeds for one, or one for several. */
    private boolean isReplaced(ConfigurableOption option, Set<OptionSpec> given) {
        return Optional.ofNullable(REPLACED_BY.get(option.name()))
                .filter(other ->
                        options.stream().anyMatch(one -> one.name().equals(other) && given.contains(one.option())))
                .isPresent();
    }

    /** Whether a setting of the machine has nothing to say to this command. */
    private boolean isNeedless(ConfigurableOption option, Set<OptionSpec> given) {
        return Optional.ofNullable(NEEDLESS_BESIDE.get(option.name()))
                .filter(other -> told(other).isPresent()
                        || options.stream().anyMatch(one -> one.name().equals(other) && given.contains(one.option())))
                .isPresent();
    }

    /** A failure; one that complains of an option says as well where that was told, unless on the command line. */
    public Exception placed(Exception failure) {
        if (!(failure instanceof UserError)) {
            return failure;
        }
        String complaint = String.valueOf(failure.getMessage());
        return OPTION.matcher(complaint)
                .results()
                .map(option -> option.group(1))
                .flatMap(name ->
                        told(name).stream().map(one -> complaint + " (--" + name + " is told by " + one.where + ")"))
                .findFirst()
                .<Exception>map(sentence -> new UserError(sentence, failure))
                .orElse(failure);
    }

    /** Where an option was told, as the end of a sentence; the empty text for one that the command line gives, or nobody. */
    public String place(String option) {
        return told(option.replaceFirst("^-+", ""))
                .map(one -> " (" + option + " is told by " + one.where + ")")
                .orElse("");
    }

    private Optional<Told> told(String name) {
        return Optional.ofNullable(told.get(name));
    }

    private void variables(Map<String, String> environment) {
        for (ConfigurableOption option : options) {
            String value = environment.getOrDefault(option.variable(), "");
            if (!value.isEmpty()) {
                List<String> values = option.option().isMultiValue()
                        ? List.of(value.split(Pattern.quote(File.pathSeparator)))
                        : List.of(value);
                check(option, values, option.variable());
                told.put(option.name(), new Told(option.variable(), values));
            }
        }
    }

    private Map<String, Told> file(Path file) {
        Map<String, ConfigEntry> seen = new LinkedHashMap<>();
        Map<String, Told> content = new LinkedHashMap<>();
        for (ConfigEntry entry : entries(file)) {
            String place = file + ", line " + entry.line();
            ConfigurableOption option = option(entry.key(), place);
            ConfigEntry before = seen.put(option.name(), entry);
            if (before != null) {
                throw new UserError(place + ": " + entry.key() + " stands there twice ("
                        + (before.key().equals(entry.key()) ? "" : before.key() + " ") + "in line " + before.line()
                        + ")");
            }
            if (entry.list() && !option.option().isMultiValue()) {
                throw new UserError(place + ": " + entry.key() + " is a list: it takes one value");
            }
            check(option, entry.values(), place + ": " + entry.key());
            content.put(option.name(), new Told(place, entry.values()));
        }
        return content;
    }

    private static List<ConfigEntry> entries(Path file) {
        if (Files.notExists(file)) {
            throw new UserError("there is no configuration file " + file
                    + ": name another with --config, or with the variable NARROWBERT_CONFIG");
        }
        try {
            return ConfigFile.read(file);
        } catch (RunError wrong) {
            throw new UserError(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private ConfigurableOption option(String key, String place) {
        String name = key.replace('_', '-');
        return options.stream()
                .filter(option -> option.names().contains(name))
                .findFirst()
                .orElseThrow(() -> new UserError(
                        place + ": " + key + " is no option of '" + command + "': " + instead(key, name)));
    }

    private String instead(String key, String name) {
        return HuggingFaceOption.hint(name, names())
                .or(() -> NearestName.of(name, names())
                        .map(nearest -> "did you mean "
                                + (key.contains("_") || !key.contains("-") ? nearest.replace('-', '_') : nearest)
                                + "?"))
                .orElse("'./" + command + " --help' lists what it takes");
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>();
        options.forEach(option -> names.addAll(option.names()));
        return names;
    }

    private static void check(ConfigurableOption option, List<String> values, String what) {
        for (String value : values) {
            ValueKind.misfit(option.option(), value).ifPresent(expected -> {
                throw new UserError(what + " is '" + value + "': it must be " + expected);
            });
        }
    }
}
