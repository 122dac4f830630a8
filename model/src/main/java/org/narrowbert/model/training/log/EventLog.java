package org.narrowbert.model.training.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.TrainingListener;
import org.narrowbert.model.training.TrainingReport;

/**
 * An event file for TensorBoard, its tags those of Hugging Face's trainer. A run that goes on begins a new file, which tells TensorBoard to
 * forget what earlier files say of later steps.
 */
public final class EventLog implements TrainingListener, AutoCloseable {
    /** The name of the folder of event files in a run's folder. */
    public static final String FOLDER_NAME = "runs";

    /** What a file's name begins with; TensorBoard finds its files by it. */
    static final String FILE_PREFIX = "events.out.tfevents.";

    private final RecordFile records;
    private final InstantSource clock;

    /** Whether a file of this name is one. */
    public static boolean isFileName(String name) {
        return name.startsWith(FILE_PREFIX);
    }

    private EventLog(RecordFile records, InstantSource clock) {
        this.records = records;
        this.clock = clock;
    }

    /**
     * Begins the file of a new run; what earlier files of the folder say no longer counts.
     *
     * @param folder where; made if it is not there
     * @param host name of this machine, part of the file's name
     * @param clock of wall-clock times
     * @throws org.narrowbert.engine.error.RunError when it cannot be written
     */
    public static EventLog create(Path folder, String host, InstantSource clock) {
        return begin(folder, 0, host, clock);
    }

    /**
     * Begins a further file, for a run that goes on; what earlier files of the folder say of later steps no longer counts.
     *
     * @param folder where; made if it is not there
     * @param step of the checkpoint that the run goes on from
     * @param host name of this machine, part of the file's name
     * @param clock of wall-clock times
     * @throws org.narrowbert.engine.error.RunError when it cannot be written
     */
    public static EventLog open(Path folder, long step, String host, InstantSource clock) {
        return begin(folder, step + 1, host, clock);
    }

    private static EventLog begin(Path folder, long firstStep, String host, InstantSource clock) {
        EventLog log = new EventLog(RecordFile.create(newFile(folder, host, clock)), clock);
        try {
            log.records.append(TensorBoardEvent.fileVersion(log.now()));
            log.records.append(TensorBoardEvent.sessionStart(log.now(), firstStep));
        } catch (RuntimeException error) {
            log.close();
            throw error;
        }
        return log;
    }

    /** A name that sorts by time, as TensorBoard reads the files; two within a second are told apart by a number. */
    private static Path newFile(Path folder, String host, InstantSource clock) {
        try {
            Files.createDirectories(folder);
        } catch (IOException error) {
            throw FileProblem.writing(folder, error);
        }
        String name = FILE_PREFIX + "%010d.".formatted(clock.instant().getEpochSecond())
                + host.replaceAll("[^A-Za-z0-9-]", "_") + "."
                + ProcessHandle.current().pid();
        int number = 0;
        Path file = folder.resolve(name + "." + number);
        while (Files.exists(file)) {
            file = folder.resolve(name + "." + ++number);
        }
        return file;
    }

    @Override
    public void logged(TrainingReport report) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("train/loss", report.loss());
        values.put("train/learning_rate", report.learningRate());
        values.put("train/grad_norm", report.gradientNorm());
        values.put("train/epoch", report.epoch());
        if (report.seconds() > 0) {
            values.put("train/tokens_per_second", report.tokens() / report.seconds());
        }
        records.append(TensorBoardEvent.scalars(now(), report.step(), values));
    }

    @Override
    public void evaluated(EvaluationReport report) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("eval/loss", report.loss());
        report.metrics().forEach((name, value) -> {
            if (Double.isFinite(value)) {
                values.put("eval/" + name, value);
            }
        });
        records.append(TensorBoardEvent.scalars(now(), report.step(), values));
    }

    /** Seconds since 1970. */
    private double now() {
        Instant instant = clock.instant();
        return instant.getEpochSecond() + instant.getNano() * 1e-9;
    }

    @Override
    public void close() {
        records.close();
    }
}
