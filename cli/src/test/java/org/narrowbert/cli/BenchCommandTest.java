package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchCommandTest {
    private static Cli bench(String... more) {
        return Cli.run(Stream.concat(
                        Stream.of("bench", "--size", "tiny", "--vocab-size", "200", "--warm-up", "0", "--runs", "1"),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void theTableHasALineForEachWorkload() {
        Cli run = bench("--part", "training", "--threads", "1");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines().toList())
                .hasSize(6)
                .satisfies(
                        lines -> assertThat(lines.getFirst()).contains("BERT-tiny", "products by panama", "threads 1;"))
                .satisfies(lines -> assertThat(lines.get(2)).startsWith("step 8 x 128 bert  "))
                .satisfies(lines -> assertThat(lines.get(3)).startsWith("step 8 x 128 bert, last layer narrowed"))
                .satisfies(lines -> assertThat(lines.get(4)).startsWith("step 8 x 128 token-dropping  "));
    }

    @Test
    void bothFormsOfNarrowAttentionAreTimedAndDrawn(@TempDir Path folder) throws IOException {
        Path picture = folder.resolve("forms.png");
        Cli run = Cli.run(
                "bench", "--narrow-forms", picture.toString(), "--size", "tiny", "--warm-up", "0", "--runs", "1");
        assertThat(run.exitCode()).as(run.err()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(43);
        assertThat(lines.getLast()).isEqualTo("drawn in " + picture);
        assertThat(lines.getFirst()).startsWith("two layers of BERT-tiny, 1,024 tokens");
        assertThat(lines.subList(2, 22)).allMatch(line -> line.startsWith("inference "));
        assertThat(lines.subList(22, 42)).allMatch(line -> line.startsWith("training "));
        assertThat(Files.readAllBytes(picture)).startsWith(0x89, 'P', 'N', 'G');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--narrow-forms nowhere/forms.png | there is no folder",
                "--narrow-forms . | is a folder: name a file",
                "--calibrate nowhere/rates.json | there is no folder",
                "--narrow-forms x.png --json | --json says nothing of what --narrow-forms measures",
                "--narrow-forms x.png --part cls | --part says nothing",
                "--calibrate x.json --size mini | --size says nothing of what --calibrate measures",
                "--calibrate x.json --narrow-forms x.png | --narrow-forms says nothing",
                "--calibrate x.json --cost-model product=1,attention=1,absorbed=1,memory=1 | --cost-model says nothing",
                "--narrow-forms x.png --narrow-attention absorbed | --narrow-attention says nothing",
                "--narrow-forms x.png --int8 --gemm onednn | --int8 is for inference, training needs finer steps",
                "--narrow-forms x.png --bf16 | --bf16 in training is computed by oneDNN alone",
                "--calibrate nowhere/x.json --bf16 | there is no folder",
                "--calibrate x.json --gemm auto | --gemm auto tries the products of a model, and --calibrate has none",
                "--narrow-forms x.png --gemm auto | and --narrow-forms has none: choose --gemm panama",
                "--part cls --vocab-size 200 | --vocab-size says nothing of --part cls",
                "--part forward --narrow-last-layer off --narrow-attention absorbed"
                        + " | --narrow-attention says nothing of --part forward with --narrow-last-layer off",
                "--size tiny --part forward --part cls --part training --narrow-last-layer off"
                        + " --cost-model product=1,attention=1,absorbed=1,memory=1"
                        + " | --cost-model says nothing of --part forward and --part cls and --part training",
                "--narrow-forms pom.xml | --narrow-forms pom.xml exists: name another file, or add --overwrite",
                "--calibrate pom.xml | --calibrate pom.xml exists: name another file, or add --overwrite",
                "--overwrite | --overwrite is for the file of --calibrate or --narrow-forms",
                "--narrow-forms x.jpg | is to be a PNG picture: let its name end in .png",
                "--narrow-forms x.png --backend reference | --narrow-forms is for the vector backend",
                "--calibrate x.json --backend reference | --calibrate is for the vector backend",
                "--backend reference --bf16 | --bf16 is for the vector backend, and this is reference",
                "--int8 --bf16 | --int8 and --bf16 are two ways to round the same products",
                "--int8 --gemm onednn --backend reference | --int8 is for the vector backend",
                "--narrow-forms x.png --size huge | model size 'huge' is not known",
            })
    void whatCannotBeMeasuredOrWrittenIsRefusedAtOnce(String arguments, String sentence) {
        Cli run = Cli.run(("bench " + arguments).split(" ", -1));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(sentence);
        assertThat(Path.of("x.png")).doesNotExist();
    }

    @Test
    void programsReadTheSameAsJson() {
        Cli run = bench("--part", "forward", "--narrow-last-layer", "off", "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode measured = JsonMapper.shared().readTree(run.out());
        assertThat(measured.valueStream().map(one -> one.get("name").stringValue()))
                .containsExactly(
                        "forward 1 x 16",
                        "forward 1 x 128",
                        "forward 8 x 128",
                        "forward 8 x 512",
                        "forward 16 of 8 to 273");
        for (JsonNode one : measured) {
            double median = one.get("seconds_median").doubleValue();
            assertThat(median)
                    .isBetween(
                            one.get("seconds_least").doubleValue(),
                            one.get("seconds_most").doubleValue());
            assertThat(one.get("tokens_per_second").doubleValue())
                    .isEqualTo(one.get("tokens").intValue() / median);
        }
    }

    @Test
    void aNarrowedLastLayerIsTimedBesideTheWholeOneWithFewerOperations() {
        JsonNode measured = JsonMapper.shared()
                .readTree(bench("--part", "forward", "--json").out());
        assertThat(measured.size()).isEqualTo(10);
        assertThat(measured.get(4).get("name").stringValue()).isEqualTo("forward 8 x 128");
        assertThat(measured.get(5).get("name").stringValue()).isEqualTo("forward 8 x 128, last layer narrowed");
        assertThat(measured.get(5).get("gigaflop").doubleValue())
                .isLessThan(measured.get(4).get("gigaflop").doubleValue());
    }

    @Test
    void answersThatReadOneRowATextAreTimedByAPartOfTheirOwn() {
        Cli run = Cli.run("bench", "--size", "tiny", "--part", "cls", "--json", "--warm-up", "0", "--runs", "1");
        JsonNode measured = JsonMapper.shared().readTree(run.out());
        assertThat(measured.valueStream().map(one -> one.get("name").stringValue()))
                .containsExactly(
                        "[CLS] 1 x 128 bert",
                        "[CLS] 1 x 128 bert, last layer narrowed",
                        "[CLS] 8 x 128 bert",
                        "[CLS] 8 x 128 bert, last layer narrowed",
                        "[CLS] 8 x 512 bert",
                        "[CLS] 8 x 512 bert, last layer narrowed");
    }

    @Test
    void theFormOfNarrowAttentionIsThatOfTheOption() {
        assertThat(narrowedGigaflop("absorbed")).isNotEqualTo(narrowedGigaflop("projected"));
    }

    private static double narrowedGigaflop(String form) {
        Cli run = bench("--part", "forward", "--narrow-attention", form, "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JsonMapper.shared().readTree(run.out()).get(5).get("gigaflop").doubleValue();
    }

    @Test
    void anotherEngineIsTimedOnTheSameWork() {
        Cli run = bench(
                "--part",
                "forward",
                "--narrow-last-layer",
                "off",
                "--json",
                "--threads",
                "1",
                "--onnx-runtime",
                jarOfOnnxRuntime());
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode measured = JsonMapper.shared().readTree(run.out());
        assertThat(measured.size()).isEqualTo(5);
        for (JsonNode one : measured) {
            JsonNode peer = one.get("peer");
            assertThat(peer.get("name").stringValue()).startsWith("ONNX Runtime 1.");
            assertThat(one.get("times_peer").doubleValue())
                    .isEqualTo(peer.get("seconds_median").doubleValue()
                            / one.get("seconds_median").doubleValue());
        }
    }

    @Test
    void theTableTellsHowFastTheOtherEngineIs() {
        Cli run = bench(
                "--part",
                "forward",
                "--narrow-last-layer",
                "off",
                "--threads",
                "1",
                "--onnx-runtime",
                jarOfOnnxRuntime());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines().skip(2))
                .hasSize(5)
                .allSatisfy(line -> assertThat(line).matches("forward .* \\d+\\.\\d{4} s; \\d+\\.\\d{2} x as fast"));
    }

    private static String jarOfOnnxRuntime() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> Path.of(entry).getFileName().toString().startsWith("onnxruntime-"))
                .findAny()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--runs 0 | --runs is 0: choose from 1 to 10000",
                "--warm-up -1 | --warm-up is -1.0: choose from 0",
                "--vocab-size 50 | --vocab-size is 50: choose from 104",
                "--size huge | model size 'huge' is not known",
                "--part inference | inference",
                "--bf16 | --bf16 in training is computed by oneDNN alone",
                "--int8 --gemm onednn | --int8 is for inference: add --part forward",
                "--threads 0 | --threads is 0",
                "--onnx-runtime none.jar | --onnx-runtime is none.jar, which is no file",
                "--onnx-runtime pom.xml | --onnx-runtime is pom.xml, which holds no ONNX Runtime",
                "--onnx-runtime a.jar --part training | --onnx-runtime is timed beside forward passes",
                "--onnx-runtime a.jar --bf16 --gemm onednn | --onnx-runtime computes in float32"
            })
    void aWrongOptionIsNamed(String options, String sentence) {
        Cli run = bench(options.split(" ", -1));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(sentence);
    }
}
