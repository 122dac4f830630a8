package org.narrowbert.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.ForkedRuns;
import org.narrowbert.cli.SmallTasks;

/** Runs that are killed, each a process of its own as a user's is. */
class KilledRunTest {
    private static final int KILLS = Integer.getInteger("narrowbert.kills", 25);
    private static final int STEPS = 30;

    /** Milliseconds in which a process starts, about, and in which it makes a step and a save. */
    private static final long START = 1500;

    private static final long SAVE = 40;

    @TempDir
    private Path folder;

    /** Little work between two saves: the more of a process's life lies in saves, the more kills do. */
    private static final String[] OFTEN = {
        "--max-steps",
        Integer.toString(STEPS),
        "--save-steps",
        "2",
        "--save-total-limit",
        "3",
        "--max-eval-samples",
        "4"
    };

    /** Makes the arguments of a run. */
    @FunctionalInterface
    private interface Arguments {
        String[] of(String run, String... more);
    }

    private static String[] often(String... more) {
        return Stream.concat(Arrays.stream(OFTEN), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void aRunKilledAtRandomInstantsIsTheUnbrokenRun() throws IOException, InterruptedException {
        ForkedRuns runs = new ForkedRuns(folder, 200);
        killed(KILLS, (run, more) -> runs.arguments(run, often(more)));
        assertThat(folder.resolve("whole/importance.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("killed-0/importance.safetensors"));
    }

    @Test
    void aFineTuningRunKilledAtRandomInstantsIsTheUnbrokenRun() throws IOException, InterruptedException {
        SmallTasks tasks = new SmallTasks(folder);
        String reviews = tasks.reviews("train.csv", 40).toString();
        killed(
                Math.ceilDiv(KILLS, 5),
                (run, more) -> tasks.arguments(
                        run,
                        Stream.concat(
                                        Stream.of(
                                                "--train-file",
                                                reviews,
                                                "--validation-file",
                                                reviews,
                                                "--eval-steps",
                                                "2",
                                                "--threads",
                                                "1"),
                                        Arrays.stream(often(more)))
                                .toArray(String[]::new)));
        assertThat(folder.resolve("whole/eval_results.json"))
                .hasSameBinaryContentAs(folder.resolve("killed-0/eval_results.json"));
    }

    /** Kills runs and lets them go on, as often as wanted, and compares each with one that was not. */
    private void killed(int most, Arguments arguments) throws IOException, InterruptedException {
        long seed = Long.getLong("narrowbert.seed", 20_221_122L);
        Random random = new Random(seed);
        ForkedRuns runs = new ForkedRuns(folder, 0);
        Path log = folder.resolve("log.txt");
        assertThat(ForkedRuns.run(log, ForkedRuns.command(arguments.of("whole"))))
                .as(() -> ForkedRuns.contents(log))
                .isZero();
        int kills = 0;
        for (int run = 0; kills < most; run++) {
            String name = "killed-" + run;
            List<String> resumed = ForkedRuns.command(arguments.of(name, "--resume-from-checkpoint"));
            long from = Files.size(log);
            Process process = ForkedRuns.start(log, resumed);
            while (kills < most && isAliveAtARandomInstant(process, log, from, random)) {
                process.destroyForcibly().waitFor();
                kills++;
                from = Files.size(log);
                process = ForkedRuns.start(log, resumed);
            }
            assertThat(ForkedRuns.exitCode(process, log))
                    .as(() -> "seed " + seed + "\n" + ForkedRuns.contents(log))
                    .isZero();
            runs.assertSame(name, "whole");
            try (Stream<Path> left = Files.list(runs.of(name))) {
                assertThat(left.map(path -> path.getFileName().toString()))
                        .as("what killed processes left")
                        .noneMatch(entry -> entry.matches("\\..*\\.(tmp|old|gone)"));
            }
        }
        assertThat(ForkedRuns.contents(log)).doesNotContain("passed over");
        assertThat(ForkedRuns.contents(log).split("going on from", -1))
                .as("kills in the life of a run, not before it")
                .hasSizeGreaterThan(most / 5);
    }

    /**
     * Waits for an instant to kill a process at, by what it has done and not by the clock alone, which knows nothing of how busy the machine is:
     * one in five falls into its start, the others some milliseconds after one of its first saves.
     *
     * @param from where its words begin in the log
     * @return whether it is still alive then
     */
    private static boolean isAliveAtARandomInstant(Process process, Path log, long from, Random random)
            throws IOException, InterruptedException {
        int saves = random.nextInt(5);
        if (saves == 0) {
            return !process.waitFor(random.nextLong(START), TimeUnit.MILLISECONDS);
        }
        long delay = random.nextLong(SAVE);
        while (process.isAlive()) {
            String words = tail(log, from);
            if (words.split(": saved ", -1).length > saves) {
                return !process.waitFor(delay, TimeUnit.MILLISECONDS);
            }
            Thread.sleep(2);
        }
        return false;
    }

    private static String tail(Path log, long from) throws IOException {
        byte[] bytes = Files.readAllBytes(log);
        return new String(bytes, (int) from, bytes.length - (int) from, StandardCharsets.UTF_8);
    }
}
