package org.narrowbert.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.Predictions;
import org.narrowbert.model.training.TrainingReport;
import org.narrowbert.model.training.log.MetricsLine;
import org.narrowbert.model.training.log.MetricsLog;

/** Folders of runs that were never made, with round figures. */
public final class RunFolder {
    private static final MachinePeak PEAK = new MachinePeak(50, 100, 20, 2, 256);

    private RunFolder() {}

    /**
     * Writes a run of 100 steps with a line every 10 and a validation at 0, 50 and 100: each line took 2 seconds for 1,000 tokens.
     *
     * @param lastLoss what the loss falls to, from 9
     * @param options of its configuration
     */
    public static Path write(Path folder, double lastLoss, Map<String, String> options) throws IOException {
        Files.createDirectories(folder);
        try (MetricsLog log = MetricsLog.create(
                folder.resolve(MetricsLog.FILE_NAME), Predictions.MASKED_TOKENS, () -> Optional.of(PEAK))) {
            log.evaluated(evaluation(0, lastLoss));
            for (int step = 10; step <= 100; step += 10) {
                log.logged(
                        new TrainingReport(step, step / 40.0, loss(step, lastLoss), 1, 1e-4, 10, 1_000, 150, 4e10, 2));
                if (step % 50 == 0) {
                    log.evaluated(evaluation(step, lastLoss));
                }
            }
        }
        RunConfig.of(Map.of()).with(options).write(folder.resolve(RunConfig.FILE), "for a test");
        Files.writeString(folder.resolve(Report.PLAN), "sum 1.00 GFLOP <of all>\n");
        return folder;
    }

    private static EvaluationReport evaluation(int step, double lastLoss) {
        return new EvaluationReport(
                step,
                step / 40.0,
                loss(step, lastLoss),
                MaskedLanguageTrainer.metrics(loss(step, lastLoss), step / 400.0),
                450,
                1);
    }

    private static double loss(int step, double lastLoss) {
        return 9 - (9 - lastLoss) * step / 100;
    }

    /** The same run with a name, read back. */
    static Run run(Path parent, String name, double lastLoss) throws IOException {
        return Run.read(write(parent.resolve(name), lastLoss, Map.of("layout", name)), name);
    }

    /** A run of which nothing is known but its log. */
    static Run of(String name, List<? extends MetricsLine> lines) {
        return new Run(
                name, List.copyOf(lines), Optional.empty(), Optional.empty(), new LinkedHashMap<>(), Optional.empty());
    }

    /** A run that was only validated at its beginning. */
    static Run onlyBegun(Path parent) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("begun"));
        try (MetricsLog log =
                MetricsLog.create(folder.resolve(MetricsLog.FILE_NAME), Predictions.MASKED_TOKENS, Optional::empty)) {
            log.evaluated(new EvaluationReport(0, 0, 9, MaskedLanguageTrainer.metrics(9, Double.NaN), 450, 1));
        }
        return Run.read(folder, "begun");
    }

    /** A run whose validation loss is 9 at step 0 and 5 from step 10 on, down to 4. */
    static Run steep(Path parent) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("steep"));
        try (MetricsLog log =
                MetricsLog.create(folder.resolve(MetricsLog.FILE_NAME), Predictions.MASKED_TOKENS, Optional::empty)) {
            log.evaluated(new EvaluationReport(0, 0, 9, MaskedLanguageTrainer.metrics(9, 0), 450, 1));
            for (int step = 10; step <= 100; step += 10) {
                log.evaluated(new EvaluationReport(
                        step,
                        0,
                        5 - (step - 10) / 90.0,
                        MaskedLanguageTrainer.metrics(5 - (step - 10) / 90.0, 0),
                        450,
                        1));
            }
        }
        return Run.read(folder, "steep");
    }

    /** What the lines of a figure are called. */
    static List<String> labels(Figure figure) {
        return figure.lines().stream().map(Figure.Line::label).toList();
    }
}
