package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in a JVM of their own, as the launcher starts them: from the module path, in any language. */
class ForkedRunTest {
    /** Libraries that only tests are made of; the others on this test's paths are the program's. */
    private static final Predicate<String> OF_TESTS = Pattern.compile(
                    "/(junit|jqwik|assertj|archunit|byte-buddy|opentest4j|apiguardian|surefire|proto-\\d"
                            + "|parquet-(floor|hadoop|jackson)|snappy-java|zstd-jni|jts-core|aircompressor-2)[^/]*$")
            .asPredicate();

    private static final Pattern OTHER_DIGITS = Pattern.compile("[\\p{Nd}&&[^0-9]]");

    @TempDir
    private Path folder;

    private record Ran(int exitCode, String out, String err) {}

    private Ran run(List<String> flags, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=org.narrowbert.ffm,ai.djl.tokenizers,com.sun.jna,org.jline.nativ",
                "--sun-misc-unsafe-memory-access=allow",
                "--module-path",
                String.join(File.pathSeparator, modulePath()),
                "--add-modules",
                "ALL-MODULE-PATH"));
        command.addAll(flags);
        command.addAll(List.of("--module", "org.narrowbert.cli/org.narrowbert.cli.Main"));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("TOKENIZERS_PARALLELISM", "false");
        Process process = builder.start();
        process.getOutputStream().close();
        return new Ran(process.waitFor(), Files.readString(out), Files.readString(err));
    }

    private static List<String> modulePath() {
        return Stream.of("jdk.module.path", "java.class.path")
                .flatMap(path -> Stream.of(System.getProperty(path, "").split(File.pathSeparator)))
                .filter(entry -> !entry.isEmpty() && !OF_TESTS.test(entry) && !hasThisTest(entry))
                .distinct()
                .toList();
    }

    private static boolean hasThisTest(String entry) {
        String name = ForkedRunTest.class.getName().replace('.', '/') + ".class";
        return Files.exists(Path.of(entry, name));
    }

    @Test
    void tokensAreWrittenAsJsonFromTheModulePath() throws Exception {
        Ran ran = run(List.of(), "tokenizer", "encode", "--json", "a mountain");
        assertThat(ran.err).isEmpty();
        assertThat(ran.exitCode).isZero();
        assertThat(ran.out)
                .matches(
                        "\\{\"text\":\"a mountain\",\"tokens\":\\[\"a\",\"mountain\"\\],\"ids\":\\[\\d+,\\d+\\]\\}\\R");
    }

    @Test
    void textOfAParquetFileIsReadFromTheModulePath() throws Exception {
        Path parquet = folder.resolve("words.parquet");
        Files.write(parquet, SmallParquet.bytes());
        Ran ran = run(
                List.of(),
                "tokenizer",
                "train",
                "--train-file",
                parquet.toString(),
                "--output-dir",
                folder.resolve("vocabulary").toString());
        assertThat(ran.err).isEmpty();
        assertThat(ran.out).contains("14 words, 7 different");
    }

    @Test
    void numbersAreWrittenInOneWayWhateverTheLanguage() throws Exception {
        List<String> arabic = List.of(
                "-Duser.language=ar",
                "-Duser.country=EG",
                "-Duser.extensions=u-nu-arab",
                "--add-modules",
                "jdk.incubator.vector");
        String[] plan = {"plan", "--size", "mini", "--per-device-train-batch-size", "128"};
        Ran ran = run(arabic, plan);
        assertThat(ran.exitCode).as(ran.err + ran.out).isZero();
        assertThat(ran.out).isEqualTo(Cli.run(plan).out()).contains("16,384 tokens");
        assertThat(ran.out.getBytes(StandardCharsets.UTF_8)).hasSameSizeAs(ran.out.toCharArray());
        assertThat(OTHER_DIGITS.matcher(ran.out).find()).isFalse();

        Ran wrong = run(arabic, "plan", "--max-seq-length", "\u0661\u0662");
        assertThat(wrong.exitCode).isEqualTo(2);
        assertThat(wrong.err).contains("it must be a whole number");
    }

    /** Compressed text of many parts end to end. */
    private Path huge(String name, String head, String part, int times) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(compressed(head));
            byte[] bytes = compressed(part);
            for (int i = 0; i < times; i++) {
                out.write(bytes);
            }
        }
        return file;
    }

    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    @Test
    void aLineOfJsonOfTheHeapsSizeIsRefusedAndLeavesNothing() throws Exception {
        Path lines = huge("lines.jsonl.gz", "{\"text\": \"one\"}\n{\"text\": \"", "a".repeat(1 << 24), 16);
        Path vocabulary = folder.resolve("vocabulary");
        Ran ran = run(
                List.of("-Xmx256m"),
                "tokenizer",
                "train",
                "--train-file",
                lines.toString(),
                "--output-dir",
                vocabulary.toString());
        assertThat(ran.exitCode).isEqualTo(1);
        assertThat(ran.err)
                .contains(
                        "narrowbert: " + lines + ", line 2, is longer than 33554432 bytes: JSON Lines have one object")
                .hasLineCount(1);
        assertThat(vocabulary).doesNotExist();
    }

    @Test
    void aLineOfTextLargerThanTheHeapIsSplitAndCounted() throws Exception {
        Path text = huge("text.txt.gz", "one\n", "word ".repeat(1 << 20), 33);
        Ran ran = run(
                List.of("-Xmx160m"),
                "tokenizer",
                "train",
                "--train-file",
                text.toString(),
                "--output-dir",
                folder.resolve("vocabulary").toString());
        assertThat(ran.err).isEmpty();
        assertThat(ran.exitCode).isZero();
        assertThat(ran.out)
                .contains("were split 10 times, first at " + text + ", line 2.", "34,603,009 words, 2 different");
    }

    /** Long words are no tokens, and made into ids at once. */
    @Test
    void textLargerThanTheHeapIsPrepared() throws Exception {
        String line = ("x".repeat(150) + " ").repeat(7) + "the cat sat\n";
        Path text = huge("text.txt.gz", line, line.repeat(980), 33);
        assertThat(33L * 980 * line.length()).isGreaterThan(32 << 20);
        Path vocabulary = folder.resolve("vocab.txt");
        Files.write(vocabulary, List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat"));
        Ran ran = run(
                List.of("-Xmx32m"),
                "data",
                "prepare",
                "--threads",
                "1",
                "--validation-split-percentage",
                "0",
                "--train-file",
                text.toString(),
                "--tokenizer",
                vocabulary.toString(),
                "--output-dir",
                folder.resolve("data").toString());
        assertThat(ran.err).isEmpty();
        assertThat(ran.exitCode).isZero();
        assertThat(ran.out).contains("32,341 documents, 388,092 tokens");
    }
}
