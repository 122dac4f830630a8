package org.narrowbert.cli.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.training.Intervals;
import org.narrowbert.model.training.StopRules;
import picocli.CommandLine.Option;

/** Options about a run as a whole: where it is kept, how often it looks up, when it stops, and whether it goes on from a checkpoint. */
public final class RunOptions {
    private static final long EVALUATIONS = 6;
    private static final long SAVE_STEPS = 500;
    private static final long LOGGING_STEPS = 10;
    private static final Pattern DURATION = Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

    /** What {@code --resume-from-checkpoint} is when it is given without a folder. */
    private static final String NEWEST = "";

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            required = true,
            description = "Where the run is kept: a new or an empty folder, or that of the run to resume.")
    private Path outputDirectory;

    @Option(names = "--overwrite-output-dir", description = "Start over: replace what is in the output folder.")
    private boolean overwrite;

    @Option(
            names = "--resume-from-checkpoint",
            paramLabel = "DIR",
            arity = "0..1",
            fallbackValue = NEWEST,
            description = "Go on from the checkpoint that is named, or from the newest whole one of the output folder;"
                    + " where none is named and there is none yet, start.")
    private Optional<String> resume = Optional.empty();

    @Option(
            names = "--eval-steps",
            paramLabel = "N",
            description =
                    "Steps between two validations (default: a sixth of all steps, at most 500; an epoch in fine-tuning).")
    private Optional<Long> evalSteps = Optional.empty();

    @Option(
            names = "--logging-steps",
            paramLabel = "N",
            defaultValue = "" + LOGGING_STEPS,
            description = "Steps that a line of metrics.jsonl sums up (default: ${DEFAULT-VALUE}).")
    private long loggingSteps;

    @Option(
            names = "--save-steps",
            paramLabel = "N",
            description = "Steps between two checkpoints in OUTPUT-DIR/checkpoint-STEP (default: " + SAVE_STEPS
                    + "; an epoch in fine-tuning).")
    private Optional<Long> saveSteps = Optional.empty();

    @Option(
            names = "--save-total-limit",
            paramLabel = "N",
            description = "Keep the newest N checkpoints and the one with the lowest validation loss (default: all).")
    private Optional<Integer> saveTotalLimit = Optional.empty();

    @Option(
            names = "--save-in-background",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "Write checkpoints while training goes on, from a copy of weights and moments in memory"
                    + " (default: ${DEFAULT-VALUE}).")
    private Switch saveInBackground;

    @Option(
            names = "--stop-on-loss-spike",
            paramLabel = "NATS",
            description = "Stop when the running average of the loss rises this far above its lowest (default: never).")
    private Optional<Double> lossSpike = Optional.empty();

    @Option(
            names = "--max-train-time",
            paramLabel = "TIME",
            description = "Save and stop after so long, as 2h30m or 45m; --resume-from-checkpoint goes on from there.")
    private Optional<String> maxTrainTime = Optional.empty();

    /** Whether something is done. */
    public enum Switch {
        ON,
        OFF
    }

    /** What holds where nothing is told. */
    public RunOptions() {
        outputDirectory = Path.of("");
        saveInBackground = Switch.ON;
    }

    /** The run's folder. */
    public Path outputDirectory() {
        return outputDirectory;
    }

    /** Whether the run may go on from a checkpoint. */
    public boolean resumes() {
        return resume.isPresent();
    }

    /** Whether what is in the folder is to be replaced. */
    public boolean startsOver() {
        return overwrite;
    }

    /** Whether it goes on from a checkpoint that is named, which is one run's. */
    public boolean namesCheckpoint() {
        return resume.filter(named -> !named.equals(NEWEST)).isPresent();
    }

    /** What the run that is resumed was told last, if it is known. */
    public Optional<Path> record() {
        return source().flatMap(ResumeSource::record);
    }

    /**
     * The run's folder, refused when something is in it that would be lost.
     *
     * @throws UserError when it is neither new nor empty, nor a failed start, and neither overwritten nor that of the run which is resumed
     * @throws org.narrowbert.engine.error.RunError when what is named to go on from is no checkpoint
     */
    public OutputDirectory output() {
        if (resumes() && overwrite) {
            throw new UserError("--resume-from-checkpoint goes on with a run, --overwrite-output-dir starts over:"
                    + " give only one of them");
        }
        source().ifPresent(ResumeSource::requireCheckpoint);
        FailedStart begun = new FailedStart(outputDirectory);
        OutputDirectory output = OutputDirectory.check(outputDirectory, overwrite || begun.isThere(), resumes());
        source().flatMap(ResumeSource::elsewhere).ifPresent(other -> {
            if (Files.exists(outputDirectory) && !output.isEmpty() && !begun.isThere()) {
                throw new UserError("--output-dir " + outputDirectory + " is not empty, and " + other
                        + " is not of the run in it: name a new folder, or give --resume-from-checkpoint without a"
                        + " folder to go on with the run in " + outputDirectory);
            }
        });
        return output;
    }

    /** Where the run may go on from. */
    private Optional<ResumeSource> source() {
        return resume.map(named -> new ResumeSource(
                outputDirectory, named.equals(NEWEST) ? Optional.empty() : Optional.of(Path.of(named))));
    }

    /**
     * The checkpoint to go on from; empty when the run is to start.
     *
     * @param notices told of newer checkpoints that are not whole
     */
    public Optional<RunCheckpoint> checkpoint(Consumer<String> notices) {
        return source().flatMap(from -> from.checkpoint(notices));
    }

    /**
     * How often the run looks up.
     *
     * @param steps of the whole run
     */
    Intervals intervals(long steps) {
        long evaluation = evalSteps.orElse(Math.clamp(steps / EVALUATIONS, 1, SAVE_STEPS));
        return new Intervals(evaluation, loggingSteps, saveSteps.orElse(SAVE_STEPS));
    }

    /**
     * How often a run looks up that goes by epochs. Where only evaluations are told, it is saved as often: what is not saved cannot be the best.
     *
     * @param stepsPerEpoch after which it does if it is told nothing else
     */
    public Intervals intervalsByEpoch(long stepsPerEpoch) {
        return new Intervals(
                evalSteps.orElse(stepsPerEpoch),
                loggingSteps,
                saveSteps.or(() -> evalSteps).orElse(stepsPerEpoch));
    }

    /** The same options for a run in a folder of its own within the output folder. */
    public RunOptions within(String folder) {
        RunOptions inner = new RunOptions();
        inner.outputDirectory = outputDirectory.resolve(folder);
        inner.overwrite = overwrite;
        inner.resume = resume;
        inner.evalSteps = evalSteps;
        inner.loggingSteps = loggingSteps;
        inner.saveSteps = saveSteps;
        inner.saveTotalLimit = saveTotalLimit;
        inner.saveInBackground = saveInBackground;
        inner.lossSpike = lossSpike;
        inner.maxTrainTime = maxTrainTime;
        return inner;
    }

    /** What ends the run early. */
    public StopRules stopRules() {
        return new StopRules(lossSpike, maxTrainTime.map(RunOptions::duration));
    }

    /** How many checkpoints are kept besides the best. */
    public OptionalInt saveTotalLimit() {
        saveTotalLimit.ifPresent(limit -> {
            if (limit < 1) {
                throw new UserError("--save-total-limit is " + limit + ": it must be 1 or more");
            }
        });
        return saveTotalLimit.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** Whether checkpoints are written while training goes on. */
    public boolean savesInBackground() {
        return saveInBackground == Switch.ON;
    }

    private static Duration duration(String text) {
        Matcher parts = DURATION.matcher(text);
        Duration sum = Duration.ZERO;
        if (parts.matches()) {
            sum = Duration.ofHours(number(parts, 1))
                    .plusMinutes(number(parts, 2))
                    .plusSeconds(number(parts, 3));
        }
        if (sum.isZero()) {
            throw new UserError("--max-train-time is '" + text + "': write hours, minutes and seconds as 2h30m or 90s");
        }
        return sum;
    }

    private static long number(Matcher parts, int group) {
        return Optional.ofNullable(parts.group(group)).map(Long::parseLong).orElse(0L);
    }
}
