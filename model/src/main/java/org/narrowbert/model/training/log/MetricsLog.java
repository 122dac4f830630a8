package org.narrowbert.model.training.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Supplier;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.Predictions;
import org.narrowbert.model.training.TrainingListener;
import org.narrowbert.model.training.TrainingReport;

/**
 * A {@code metrics.jsonl} that a run writes, one JSON object a line, each handed to the operating system at once.
 *
 * <p>A checkpoint of step N is taken after the training line and the validation line of step N were written. So a run that goes on from it
 * keeps the lines of steps up to N, and writes those of N + 1 and later.
 */
public final class MetricsLog implements TrainingListener, AutoCloseable {
    /** The file's name in a run's folder. */
    public static final String FILE_NAME = "metrics.jsonl";

    private final Path file;
    private final FileChannel channel;
    private final Predictions predictions;
    private final Supplier<Optional<MachinePeak>> peak;

    private MetricsLog(Path file, FileChannel channel, Predictions predictions, Supplier<Optional<MachinePeak>> peak) {
        this.predictions = predictions;
        this.file = file;
        this.channel = channel;
        this.peak = peak;
    }

    /**
     * Begins a file; one of that name is replaced.
     *
     * @param predictions what the losses are means over
     * @param peak what the machine can do at most, once it is known; asked at every line
     * @throws RunError when it cannot be written
     */
    public static MetricsLog create(Path file, Predictions predictions, Supplier<Optional<MachinePeak>> peak) {
        DurableFile.write(file, new byte[0]);
        return append(file, predictions, peak);
    }

    /**
     * Goes on with the file of a run that goes on: lines of later steps and a line that was not finished are cut off first.
     *
     * @param step of the checkpoint that the run goes on from
     * @param lastEvaluated the last step whose validation the checkpoint knows of: before {@code step} when the run was stopped during one
     * @param predictions what the losses are means over
     * @param peak what the machine can do at most, once it is known; asked at every line
     * @throws RunError when it cannot be read or written, or a line is not one of a training log; the file is untouched then
     */
    public static MetricsLog open(
            Path file, Predictions predictions, long step, long lastEvaluated, Supplier<Optional<MachinePeak>> peak) {
        if (!Files.exists(file)) {
            return create(file, predictions, peak);
        }
        cut(file, step, lastEvaluated);
        return append(file, predictions, peak);
    }

    private static void cut(Path file, long step, long lastEvaluated) {
        long kept = 0;
        try (MetricsReader lines = MetricsReader.open(file)) {
            // To the very end: a line that is not ours is refused wherever it stands.
            for (Optional<MetricsLine> line = lines.next(); line.isPresent(); line = lines.next()) {
                long last = line.get() instanceof MetricsLine.Evaluation ? lastEvaluated : step;
                if (line.get().step() <= last) {
                    kept = lines.end();
                }
            }
        }
        long end = kept;
        try (FileChannel whole = FileChannel.open(file, StandardOpenOption.READ)) {
            if (whole.size() > end) {
                DurableFile.write(file, beginning -> copy(whole, end, beginning));
            }
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    private static void copy(FileChannel from, long bytes, FileChannel to) throws IOException {
        long copied = 0;
        while (copied < bytes) {
            long count = from.transferTo(copied, bytes - copied, to);
            if (count == 0) {
                throw new IOException("it became shorter while it was read");
            }
            copied += count;
        }
    }

    private static MetricsLog append(Path file, Predictions predictions, Supplier<Optional<MachinePeak>> peak) {
        try {
            return new MetricsLog(file, FileChannel.open(file, StandardOpenOption.APPEND), predictions, peak);
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    @Override
    public void logged(TrainingReport report) {
        write(MetricsLine.Training.of(report, peak.get()));
    }

    @Override
    public void evaluated(EvaluationReport report) {
        write(MetricsLine.Evaluation.of(report));
    }

    private void write(MetricsLine line) {
        try {
            DurableFile.writeFully(channel, ByteBuffer.wrap(MetricsJson.write(line, predictions)));
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    /**
     * Waits until every line so far is on disk, so that no power failure leaves a checkpoint without its lines.
     *
     * @throws RunError when it cannot be written
     */
    @Override
    public void saving() {
        try {
            channel.force(true);
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    @Override
    public void close() {
        DurableFile.close(channel, file);
    }
}
