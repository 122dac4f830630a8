package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are killed, each a process of its own as a user's is. */
class KilledRunTest {
    private static final int KILLS = Integer.getInteger("narrowbert.kills", 25);
    private static final int STEPS = 30;

    /** Milliseconds. */
    private static final long SHORTEST_LIFE = 400;

    @TempDir
    private Path folder;

    /** Little work between two saves: the more of a process's life lies in saves, the more kills do. */
    private static String[] arguments(ForkedRuns runs, String run, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "--max-steps",
                Integer.toString(STEPS),
                "--save-steps",
                "2",
                "--save-total-limit",
                "3",
                "--max-eval-samples",
                "4"));
        all.addAll(List.of(more));
        return runs.arguments(run, all.toArray(String[]::new));
    }

    @Test
    void aRunKilledAtRandomInstantsIsTheUnbrokenRun() throws IOException, InterruptedException {
        long seed = Long.getLong("narrowbert.seed", 20_221_122L);
        Random random = new Random(seed);
        ForkedRuns runs = new ForkedRuns(folder, 200);
        Path log = folder.resolve("log.txt");
        assertThat(ForkedRuns.run(log, ForkedRuns.command(arguments(runs, "whole"))))
                .as(() -> ForkedRuns.contents(log))
                .isZero();
        long begun = System.nanoTime();
        assertThat(ForkedRuns.run(log, ForkedRuns.command(arguments(runs, "timed"))))
                .isZero();
        long life = (System.nanoTime() - begun) / 1_000_000;
        int kills = 0;
        for (int run = 0; kills < KILLS; run++) {
            String name = "killed-" + run;
            List<String> resumed = ForkedRuns.command(arguments(runs, name, "--resume-from-checkpoint"));
            Process process = ForkedRuns.start(log, resumed);
            begun = System.nanoTime();
            // Some die before they begin, most in the middle of steps and saves.
            while (kills < KILLS && !process.waitFor(random.nextLong(life / 4, life), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                kills++;
                process = ForkedRuns.start(log, resumed);
                begun = System.nanoTime();
            }
            if (!process.isAlive()) {
                // It was too quick for us, as when the machine has less to do than when a life was timed.
                life = Math.clamp((System.nanoTime() - begun) / 1_000_000, SHORTEST_LIFE, life);
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
                .hasSizeGreaterThan(KILLS / 5);
    }
}
