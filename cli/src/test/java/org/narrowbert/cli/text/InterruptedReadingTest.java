package org.narrowbert.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.ForkedRuns;

/** Ctrl-C and SIGTERM while a command reads a text that takes longer than anyone waits. */
@EnabledOnOs(OS.LINUX)
class InterruptedReadingTest {
    private static final int PARTS = 1_000;

    @TempDir
    private Path folder;

    private Path text;
    private Path vocabulary;
    private Path log;

    @BeforeEach
    void layOut() throws IOException {
        log = folder.resolve("log.txt");
        vocabulary = folder.resolve("vocab.txt");
        Files.write(vocabulary, List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat"));
        text = folder.resolve("text.txt.gz");
        Random random = new Random(7);
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 4_000; i++) {
            words.append("the cat sat ").append(random.nextLong()).append('\n');
        }
        byte[] part = compressed(words.toString());
        try (OutputStream out = Files.newOutputStream(text)) {
            for (int i = 0; i < PARTS; i++) {
                out.write(part);
            }
        }
    }

    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    private String interrupted(String signal, int exitCode, ForkedRuns.Fact when, String... arguments)
            throws IOException, InterruptedException {
        Process process = ForkedRuns.start(log, ForkedRuns.command(arguments));
        try {
            ForkedRuns.await(process, log, () -> when.isTrue() && reads(process));
            ForkedRuns.send(signal, process);
            assertThat(ForkedRuns.exitCode(process, log))
                    .as(() -> ForkedRuns.contents(log))
                    .isEqualTo(exitCode);
        } finally {
            process.destroyForcibly().waitFor();
        }
        return ForkedRuns.contents(log);
    }

    /** Whether a process has the text open. */
    private boolean reads(Process process) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return descriptors.anyMatch(this::isText);
        }
    }

    private boolean isText(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(text.toRealPath());
        } catch (IOException closed) {
            return false;
        }
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            assertThat(entries).containsExactlyInAnyOrder(log, text, vocabulary);
        }
    }

    @Test
    void aVocabularyThatIsNotTrainedToItsEndSaysSo() throws IOException, InterruptedException {
        String said = interrupted(
                "INT",
                130,
                () -> true,
                "tokenizer",
                "train",
                "--train-file",
                text.toString(),
                "--output-dir",
                folder.resolve("words").toString());
        assertThat(said).contains("narrowbert: stopped by SIGINT before this command wrote anything\n");
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130, data prepare", "TERM, 143, pretrain"})
    void textThatIsNotPreparedToItsEndLeavesNothing(String signal, int exitCode, String command)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        List<Path> half = List.of(folder.resolve(".output.tmp"), output.resolve(".data.tmp"));
        String said = interrupted(
                signal,
                exitCode,
                () -> half.stream().anyMatch(Files::exists),
                Stream.concat(
                                Stream.of(command.split(" ", -1)),
                                Stream.of(
                                        "--train-file",
                                        text.toString(),
                                        "--tokenizer",
                                        vocabulary.toString(),
                                        "--output-dir",
                                        output.toString()))
                        .toArray(String[]::new));
        assertThat(said)
                .contains(
                        "narrowbert: SIG" + signal + ": stopping, and removing what is half written; once more to stop",
                        "narrowbert: stopped by SIG" + signal + ": nothing is left of what was half written\n")
                .doesNotContain("\tat ");
        assertNothingIsLeft();
    }
}
