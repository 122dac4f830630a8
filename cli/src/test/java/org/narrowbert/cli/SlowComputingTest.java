package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that was not started by the launcher may lack what is fast; who computes with it is told, and what would help. */
class SlowComputingTest {
    private static final String SLOWLY = "computing slowly, on the reference backend: ";
    private static final String WITHOUT_MODULE =
            SLOWLY + "the JVM was started without the Vector API: add --add-modules jdk.incubator.vector";

    @TempDir
    private static Path folder;

    private static String training = "";

    /** A model from a step without the Vector API. */
    @BeforeAll
    static void train() throws IOException, InterruptedException {
        ForkedRuns runs = new ForkedRuns(folder, 20);
        training = output(withoutVectors(ForkedRuns.command(runs.arguments("model", "--max-steps", "1"))));
    }

    /** All that a process printed, which ended well. */
    private static String output(List<String> command) throws IOException, InterruptedException {
        Path log = folder.resolve("log" + command.hashCode());
        assertThat(ForkedRuns.run(log, command))
                .as(() -> ForkedRuns.contents(log))
                .isZero();
        return ForkedRuns.contents(log);
    }

    private static List<String> withoutVectors(List<String> command) {
        List<String> without = new ArrayList<>(command);
        int option = without.indexOf("--add-modules");
        assertThat(without.get(option + 1)).isEqualTo("jdk.incubator.vector");
        without.subList(option, option + 2).clear();
        return without;
    }

    private static List<String> fillMask(String... more) {
        List<String> command = ForkedRuns.command(
                "fill-mask", "--model", folder.resolve("model").toString(), "the cat sat on the [MASK]");
        command.addAll(List.of(more));
        return command;
    }

    @Test
    void aTrainingWithoutTheVectorApiSaysOnceThatItIsSlowAndWhatToAdd() {
        assertThat(training.lines().filter(line -> line.contains("slowly"))).containsExactly(WITHOUT_MODULE);
    }

    @Test
    void soDoesAnAnswerAndWithTheModuleNothingIsSaidAnyMore() throws IOException, InterruptedException {
        assertThat(output(withoutVectors(fillMask())).lines().filter(line -> line.contains("slowly")))
                .containsExactly(WITHOUT_MODULE);
        assertThat(output(fillMask())).doesNotContain("slowly").contains("%");
    }

    @Test
    void soDoesABenchmarkBesideItsTable() throws IOException, InterruptedException {
        String[] bench = {"bench", "--size", "tiny", "--part", "cls", "--narrow-last-layer", "off"};
        List<String> command = withoutVectors(ForkedRuns.command(bench));
        command.addAll(List.of("--runs", "1", "--warm-up", "0"));
        assertThat(output(command)).contains(WITHOUT_MODULE, "backend reference");
    }

    @Test
    void whoAsksForTheSlowBackendByNameIsNotTold() throws IOException, InterruptedException {
        assertThat(output(withoutVectors(fillMask("--backend", "reference")))).doesNotContain("slowly");
    }

    /** Vectors of two floats are what a JVM has whose compiler knows no vector instructions of its processor. */
    @Test
    void aJvmWithoutVectorInstructionsIsNamedAsTheCause() throws IOException, InterruptedException {
        List<String> command = fillMask();
        command.add(1, "-XX:MaxVectorSize=8");
        assertThat(output(command))
                .contains(SLOWLY
                        + "this JVM computes in vectors of 64 bits, at least 128 are needed: use a JDK whose compiler");
    }
}
