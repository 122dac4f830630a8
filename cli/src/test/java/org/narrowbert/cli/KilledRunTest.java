package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that are killed, interrupted or stopped, each a process of its own as a user's is. */
class KilledRunTest {
    private static final int KILLS = Integer.getInteger("narrowbert.kills", 25);
    private static final int STEPS = 30;

    @TempDir
    private Path folder;

    private Path text() throws IOException {
        Path file = folder.resolve("text.txt");
        if (!Files.exists(file)) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                text.append("The cat number ").append(i * 7 % 200).append(" sat on the mat and looked at the dog.\n\n");
            }
            Files.writeString(file, text);
        }
        return file;
    }

    /** A vocabulary as small as the text: the fewer the logits, the sooner a process is in the middle of its steps. */
    private Path vocabulary() throws IOException {
        Path file = folder.resolve("vocab.txt");
        if (!Files.exists(file)) {
            List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "."));
            tokens.addAll(List.of("the", "cat", "number", "sat", "on", "mat", "and", "looked", "at", "dog"));
            for (int digit = 0; digit < 10; digit++) {
                tokens.add(Integer.toString(digit));
                tokens.add("##" + digit);
            }
            Files.write(file, tokens);
        }
        return file;
    }

    private List<String> command(String run, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "--class-path",
                classPath(),
                "org.narrowbert.cli.Main",
                "pretrain",
                "--output-dir",
                folder.resolve(run).toString(),
                "--train-file",
                text().toString(),
                "--validation-split-percentage",
                "10",
                "--tokenizer",
                vocabulary().toString(),
                "--layout",
                "s[sf]f:sf",
                "--hidden-size",
                "32",
                "--num-attention-heads",
                "2",
                "--max-seq-length",
                "16",
                "--logging-steps",
                "3",
                "--eval-steps",
                "20",
                "--save-total-limit",
                "3"));
        command.addAll(Arrays.asList(more));
        return command;
    }

    /** The modules' classes and libraries, from the class path and the module path of this very process. */
    private static String classPath() {
        return Optional.ofNullable(System.getProperty("jdk.module.path"))
                        .map(path -> path + File.pathSeparator)
                        .orElse("")
                + System.getProperty("java.class.path");
    }

    private Process start(Path log, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("TOKENIZERS_PARALLELISM", "false");
        return builder.start();
    }

    private int run(Path log, List<String> command) throws IOException, InterruptedException {
        Process process = start(log, command);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(log::toString).isTrue();
        return process.exitValue();
    }

    @Test
    void aRunKilledAtRandomInstantsIsTheUnbrokenRun() throws IOException, InterruptedException {
        long seed = Long.getLong("narrowbert.seed", 20_221_122L);
        Random random = new Random(seed);
        Path log = folder.resolve("log.txt");
        String[] often = {"--max-steps", Integer.toString(STEPS), "--save-steps", "2", "--threads", "1"};
        assertThat(run(log, command("whole", often))).as(() -> contents(log)).isZero();
        long begun = System.nanoTime();
        assertThat(run(log, command("timed", often))).isZero();
        long milliseconds = (System.nanoTime() - begun) / 1_000_000;
        int kills = 0;
        for (int run = 0; kills < KILLS; run++) {
            String name = "killed-" + run;
            List<String> resumed = command(name, often);
            resumed.add("--resume-from-checkpoint");
            Process process = start(log, resumed);
            // Some die before they begin, most in the middle of steps and saves.
            while (kills < KILLS
                    && !process.waitFor(random.nextLong(milliseconds / 4, milliseconds), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                kills++;
                process = start(log, resumed);
            }
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue())
                    .as(() -> "seed " + seed + "\n" + contents(log))
                    .isZero();
            for (String file : List.of("model.safetensors", "importance.safetensors")) {
                assertThat(folder.resolve(name).resolve(file))
                        .as("seed %d, %d kills", seed, kills)
                        .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
            }
            assertThat(withoutTiming(name)).isEqualTo(withoutTiming("whole"));
        }
        assertThat(contents(log)).doesNotContain("passed over");
    }

    private List<String> withoutTiming(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl")).stream()
                .map(line -> line.replaceAll(",\\s*\"timing\":\\{[^}]*\\}", ""))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSignalSavesAndTellsTheCommandThatGoesOn(String signal, int exitCode)
            throws IOException, InterruptedException {
        Path log = folder.resolve("log.txt");
        Process process = start(log, command("run", "--max-steps", "1000000", "--save-steps", "100000"));
        await(log, "step 20: validation loss");
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(() -> contents(log)).isEqualTo(exitCode);
        assertThat(contents(log))
                .contains("SIG" + signal, "saved in", "To go on:", "--resume-from-checkpoint")
                .doesNotContain("\tat ");
        assertThat(run(
                        log,
                        command("run", "--max-steps", "1000000", "--max-train-time", "1s", "--resume-from-checkpoint")))
                .as(() -> contents(log))
                .isZero();
        assertThat(contents(log)).contains("going on from", "--max-train-time is over");
    }

    private static void await(Path log, String text) throws InterruptedException {
        for (int tenths = 0; !contents(log).contains(text); tenths++) {
            assertThat(tenths).as(() -> contents(log)).isLessThan(1200);
            Thread.sleep(100);
        }
    }

    private static String contents(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
        } catch (IOException error) {
            throw new AssertionError(error);
        }
    }
}
