package org.narrowbert.cli.run;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.training.Predictions;
import org.narrowbert.model.training.log.EventLog;
import org.narrowbert.model.training.log.MetricsLog;
import org.narrowbert.model.training.log.MetricsReader;
import org.narrowbert.model.training.log.PeakWatch;

/**
 * The logs of a run: metrics.jsonl, and TensorBoard's event files. Owns them.
 *
 * @param metrics what reports are made of
 * @param events the same for TensorBoard
 */
record RunLogs(MetricsLog metrics, EventLog events) implements AutoCloseable {
    /**
     * Makes sure that a run can go on with the logs that are in its folder; changes nothing.
     *
     * @throws org.narrowbert.engine.error.RunError when metrics.jsonl cannot be read, or a line of it is not one of a training log
     */
    static void check(Path run) {
        Path file = run.resolve(MetricsLog.FILE_NAME);
        if (Files.exists(file)) {
            MetricsReader.readAll(file);
        }
    }

    /** Begins the logs of a run, or goes on with those of one that is resumed. */
    static RunLogs open(Path run, Predictions predictions, RunProgress from, PeakWatch peak) {
        Path file = run.resolve(MetricsLog.FILE_NAME);
        Path folder = run.resolve(EventLog.FOLDER_NAME);
        boolean starts = from.step() == 0 && from.lastEvaluated() < 0;
        MetricsLog metrics = starts
                ? MetricsLog.create(file, predictions, peak)
                : MetricsLog.open(file, predictions, from.step(), from.lastEvaluated(), peak);
        try {
            EventLog events = starts
                    ? EventLog.create(folder, host(), InstantSource.system())
                    : EventLog.open(folder, from.step(), host(), InstantSource.system());
            return new RunLogs(metrics, events);
        } catch (RuntimeException error) {
            metrics.close();
            throw error;
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    @Override
    public void close() {
        try (metrics) {
            events.close();
        }
    }
}
