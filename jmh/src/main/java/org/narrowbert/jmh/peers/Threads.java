package org.narrowbert.jmh.peers;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The processors that a fork may use: as many as threads compute, the first ones, for ours and for peers alike. The JVM's own threads are among
 * them, so that a compiler at work costs time in the warm-up and nowhere else.
 */
public final class Threads {
    private Threads() {}

    /** Confines all threads of this process and those to come; returns a line that says what was done. */
    public static String pin(int threads) {
        String processors =
                IntStream.range(0, threads).mapToObj(Integer::toString).collect(Collectors.joining(","));
        String what = threads + (threads == 1 ? " thread" : " threads");
        try {
            Process taskset = new ProcessBuilder(
                            "taskset",
                            "-a",
                            "-c",
                            "-p",
                            processors,
                            Long.toString(ProcessHandle.current().pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean done = taskset.waitFor(10, TimeUnit.SECONDS) && taskset.exitValue() == 0;
            return what + ", processors " + allowed() + (done ? "" : " (taskset refused)");
        } catch (IOException missing) {
            return what + ", not pinned: there is no taskset";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return what + ", not pinned: interrupted";
        }
    }

    private static String allowed() {
        return ProcessStatus.value("Cpus_allowed_list").orElse("unknown");
    }
}
