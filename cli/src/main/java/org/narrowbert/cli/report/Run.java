package org.narrowbert.cli.report;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.finetuning.TaskDetails;
import org.narrowbert.model.finetuning.TaskResults;
import org.narrowbert.model.training.log.MetricsLine;
import org.narrowbert.model.training.log.MetricsLog;
import org.narrowbert.model.training.log.MetricsReader;

/**
 * A run as its folder tells it.
 *
 * @param name what it is called in the report
 * @param lines of its metrics.jsonl, one or more
 * @param config what it was told, where the folder says so
 * @param results what the kept model of a fine-tuning run came to, where the folder says so
 * @param details what that model does well and badly, by set; empty of other runs
 * @param plan what {@code narrowbert plan} prints for it, where the folder has it
 */
record Run(
        String name,
        List<MetricsLine> lines,
        Optional<RunConfig> config,
        Optional<TaskResults> results,
        SequencedMap<String, TaskDetails> details,
        Optional<String> plan) {
    private static final long LONGEST_PLAN = 1_000_000;

    Run {
        lines = List.copyOf(lines);
    }

    /**
     * Reads a run's folder.
     *
     * @param name what it is called in the report
     * @throws RunError when it is no folder of a run, or a file in it is not sound
     */
    static Run read(Path folder, String name) {
        if (!Files.isDirectory(folder)) {
            throw new RunError(folder + (Files.exists(folder) ? " is not a folder" : " does not exist")
                    + ": name the --output-dir of a run");
        }
        Path metrics = folder.resolve(MetricsLog.FILE_NAME);
        if (!Files.exists(metrics)) {
            throw new RunError(folder + " has no " + MetricsLog.FILE_NAME + ": name the --output-dir of a run");
        }
        List<MetricsLine> lines = MetricsReader.readAll(metrics);
        if (lines.isEmpty()) {
            throw new RunError(
                    metrics + " has no line yet: wait until the run was validated or --logging-steps are made");
        }
        Path config = folder.resolve(RunConfig.FILE);
        return new Run(
                name,
                lines,
                Files.exists(config) ? Optional.of(RunConfig.read(config)) : Optional.empty(),
                TaskResults.read(folder),
                TaskDetails.read(folder.resolve(TaskDetails.FILE)),
                plan(folder.resolve(Report.PLAN)));
    }

    private static Optional<String> plan(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (Files.size(file) > LONGEST_PLAN) {
                throw new RunError(file + " is larger than " + LONGEST_PLAN + " bytes: it is no plan");
            }
            return Optional.of(Files.readString(file).stripTrailing());
        } catch (CharacterCodingException error) {
            throw new RunError(file + " is not UTF-8 text", error);
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    /** The lines about steps of training. */
    List<MetricsLine.Training> training() {
        return lines.stream()
                .filter(MetricsLine.Training.class::isInstance)
                .map(MetricsLine.Training.class::cast)
                .toList();
    }

    /** The lines about validations. */
    List<MetricsLine.Evaluation> evaluations() {
        return lines.stream()
                .filter(MetricsLine.Evaluation.class::isInstance)
                .map(MetricsLine.Evaluation.class::cast)
                .toList();
    }
}
