package org.narrowbert.cli.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.narrowbert.cli.config.Configuration;
import org.narrowbert.cli.config.EffectiveConfig;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.checkpoint.CheckpointFolders;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.config.RunConfig;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a run was told, as its folder keeps it: {@code training_args.yaml}, which {@code --config} reads. A run that is resumed takes
 * from it what it is not told anew.
 */
public final class RunRecord {
    /**
     * What changes neither the weights nor the figures of a step; and who computes products and how they are rounded, which changes their last
     * bits, because a machine may lack the library that the run began with.
     */
    private static final Set<String> MAY_CHANGE = Set.of(
            "output-dir",
            "max-steps",
            "max-train-time",
            "threads",
            "gemm",
            "bf16",
            "logging-steps",
            "save-steps",
            "save-total-limit",
            "save-in-background",
            "model-cache");

    /** What runs did that were begun before an option was there. */
    private static final Map<String, String> BEFORE = Map.of(
            "narrow-last-layer", "off",
            "narrow-attention", "projected",
            "cost-model", "product=190,attention=90,absorbed=150,memory=30");

    /** What the text is made of that a run prepares in its folder. */
    private static final Set<String> TEXT = Set.of(
            "train-file",
            "validation-file",
            "validation-split-percentage",
            "text-column",
            "document-unit",
            "encoding-errors",
            "tokenizer-name",
            "seed");

    private static final String OUTPUT = "output-dir";

    private RunRecord() {}

    /**
     * The record of the run that a command resumes, if there is one: that of its folder, which knows what was told last, or else that of a
     * checkpoint.
     *
     * @param resumed the run's folder, or a checkpoint, which may lie by itself
     */
    public static Optional<Path> find(Path resumed) {
        Path folder = resumed.toAbsolutePath().normalize();
        Stream<Path> folders = CheckpointFolders.step(folder).isPresent()
                ? Stream.of(folder.resolveSibling(""), folder)
                : Stream.concat(Stream.of(folder), checkpoints(folder));
        return folders.map(one -> one.resolve(RunConfig.FILE))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** The newest first. */
    private static Stream<Path> checkpoints(Path run) {
        RunCheckpoints checkpoints = new RunCheckpoints(run);
        return checkpoints.steps().reversed().stream().map(checkpoints::folder);
    }

    /**
     * All options of a run, with what was worked out.
     *
     * @param worked values by option
     * @param without options that are not this run's own
     */
    public static RunConfig of(CommandSpec command, Map<String, Object> worked, List<String> without) {
        SortedMap<String, List<String>> values =
                new TreeMap<>(EffectiveConfig.of(command).with(worked).values());
        values.keySet().removeAll(without);
        return new RunConfig(values);
    }

    /** Whether a run that began in a folder was told the same text, read in the same way, as a command is. */
    public static boolean isOfSameText(CommandSpec command, Path run) {
        Path record = run.resolve(RunConfig.FILE);
        return Files.isRegularFile(record)
                && EffectiveConfig.of(command).differences(RunConfig.read(record), Set.of()).stream()
                        .map(RunConfig.Difference::name)
                        .noneMatch(TEXT::contains);
    }

    /** What a run was told, and, of options that were not there then, what it did without being told. */
    private static RunConfig read(Path record) {
        RunConfig told = RunConfig.read(record);
        Map<String, String> more = new HashMap<>(BEFORE);
        more.keySet().removeAll(told.values().keySet());
        return told.with(more);
    }

    /** Lets a command take from a record what it is not told otherwise. */
    public static void fallBackOn(Path record, Configuration configuration) {
        Path folder = record.resolveSibling("");
        if (CheckpointFolders.step(folder).isEmpty()) {
            // A run's own folder, which may have been moved since it wrote down where it was.
            configuration.fallBackOn(OUTPUT, relative(folder).toString(), record);
        }
        configuration.fallBackOn(record);
        BEFORE.forEach((name, value) -> configuration.fallBackOn(name, value, record));
    }

    /** As a user would write it who is in the current folder. */
    private static Path relative(Path folder) {
        Path here = Path.of("").toAbsolutePath();
        return folder.startsWith(here) && !folder.equals(here) ? here.relativize(folder) : folder;
    }

    /**
     * Writes the record into a run's folder.
     *
     * @param command that trains, such as "pretrain"
     */
    static void write(RunConfig told, String command, Path folder) {
        told.write(
                folder.resolve(RunConfig.FILE),
                "what the run was told; to repeat it: ./narrowbert " + command + " --config FILE --output-dir DIR");
    }

    /**
     * Refuses to resume a run as another one.
     *
     * @param checkpoint to go on from: what its run was told lies in it, or in its run's folder if it is old
     * @throws UserError naming the options that differ, with both values
     * @throws RunError when nothing says what its run was told
     */
    public static void refuseDifferences(RunConfig told, Path checkpoint) {
        Path own = checkpoint.resolve(RunConfig.FILE);
        Path record = Optional.of(own)
                .filter(Files::isRegularFile)
                .or(() -> find(checkpoint))
                .orElseThrow(() -> new RunError("cannot resume " + checkpoint + ": neither it nor its run's folder has "
                        + RunConfig.FILE + ", which says what the run was told; put that file back"));
        List<RunConfig.Difference> differences = told.differences(read(record), MAY_CHANGE);
        if (!differences.isEmpty()) {
            String all = String.join(
                    "; ", differences.stream().map(RunConfig.Difference::text).toList());
            throw new UserError(
                    "cannot resume " + checkpoint + ": " + all + ". Leave out what differs, or begin another run");
        }
    }
}
