package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Pretraining runs of a small model in a test's folder, each a process of its own as a user's is, or a call in this one.
 *
 * @param folder where the runs' folders are, and their text
 * @param documents of the text
 */
public record ForkedRuns(Path folder, int documents) {
    private static final int POLL_MILLISECONDS = 2;

    /** The folder of a run. */
    public Path of(String run) {
        return folder.resolve(run);
    }

    private Path text() {
        Path file = folder.resolve("text.txt");
        if (!Files.exists(file)) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < documents; i++) {
                text.append("The cat number ").append(i * 7 % 200).append(" sat on the mat and looked at the dog.\n\n");
            }
            write(file, List.of(text));
        }
        return file;
    }

    /** A vocabulary as small as the text: the fewer the logits, the sooner a process is in the middle of its steps. */
    private Path vocabulary() {
        Path file = folder.resolve("vocab.txt");
        if (!Files.exists(file)) {
            List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "."));
            tokens.addAll(List.of("the", "cat", "number", "sat", "on", "mat", "and", "looked", "at", "dog"));
            for (int digit = 0; digit < 10; digit++) {
                tokens.add(Integer.toString(digit));
                tokens.add("##" + digit);
            }
            write(file, tokens);
        }
        return file;
    }

    private static void write(Path file, List<? extends CharSequence> lines) {
        try {
            Files.write(file, lines);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** The arguments of a run. */
    public String[] arguments(String run, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "pretrain",
                "--output-dir",
                of(run).toString(),
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
                "--per-device-train-batch-size",
                "2",
                "--logging-steps",
                "3",
                "--eval-steps",
                "20",
                "--threads",
                "1"));
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray(String[]::new);
    }

    /** The command line of a process with these arguments. */
    public static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "--class-path",
                classPath(),
                "org.narrowbert.cli.Main"));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** The modules' classes and libraries, from the class path and the module path of this very process. */
    private static String classPath() {
        return Optional.ofNullable(System.getProperty("jdk.module.path"))
                        .map(path -> path + File.pathSeparator)
                        .orElse("")
                + System.getProperty("java.class.path");
    }

    /** Starts a process whose output goes to the end of a log. */
    public static Process start(Path log, List<String> command) throws IOException {
        List<String> heeding = new ArrayList<>(heedingInterrupts());
        heeding.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(heeding)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("TOKENIZERS_PARALLELISM", "false");
        return builder.start();
    }

    /**
     * What lets a process see SIGINT although these tests were started in the background of a script, whose children ignore it and cannot be told
     * otherwise by a JVM; nothing where the system's env does not know how.
     */
    private static List<String> heedingInterrupts() throws IOException {
        List<String> env = List.of("env", "--default-signal=INT");
        List<String> trial = new ArrayList<>(env);
        trial.add("true");
        try {
            boolean knows = new ProcessBuilder(trial).start().waitFor() == 0;
            return knows ? env : List.of();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** The exit code of a process, once it has ended. */
    public static int exitCode(Process process, Path log) throws InterruptedException {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(() -> contents(log)).isTrue();
        return process.exitValue();
    }

    /** Runs a process to its end. */
    public static int run(Path log, List<String> command) throws IOException, InterruptedException {
        return exitCode(start(log, command), log);
    }

    /** A fact that a process brings about. */
    @FunctionalInterface
    public interface Fact {
        boolean isTrue() throws IOException;
    }

    /**
     * Sends a signal.
     *
     * @param signal its name without SIG
     */
    public static void send(String signal, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Waits for a fact while the process lives. */
    public static void await(Process process, Path log, Fact fact) throws IOException, InterruptedException {
        while (!fact.isTrue()) {
            assertThat(process.isAlive()).as(() -> contents(log)).isTrue();
            process.waitFor(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
        }
    }

    /** What a process has written so far. */
    public static String contents(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** The lines of a run's metrics.jsonl without what a clock tells. */
    public List<String> metrics(String run) throws IOException {
        return Files.readAllLines(of(run).resolve("metrics.jsonl")).stream()
                .map(line -> line.replaceAll(",\\s*\"timing\":\\{[^}]*\\}", ""))
                .toList();
    }

    /** Two complete runs came to the same, to the bit. */
    public void assertSame(String run, String other) throws IOException {
        for (String file : List.of("model.safetensors", "importance.safetensors")) {
            if (Files.exists(of(other).resolve(file))) {
                assertThat(of(run).resolve(file))
                        .hasSameBinaryContentAs(of(other).resolve(file));
            }
        }
        assertThat(metrics(run)).isEqualTo(metrics(other));
    }
}
