package org.narrowbert.cli.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From texts to vectors; what is refused is in {@link EmbedRefusalTest}. */
class EmbedCommandTest {
    private static final int HIDDEN = SmallTexts.HIDDEN;

    @TempDir
    private static Path models;

    private static Path model = Path.of("");

    @TempDir
    private Path folder;

    private Path texts = Path.of("");

    @BeforeAll
    static void initialize() {
        model = SmallTexts.model(models);
    }

    @BeforeEach
    void write() throws IOException {
        texts = new SmallTexts(folder).texts();
    }

    private Cli embed(Path input, String output, String... more) {
        return embed(model, input, output, more);
    }

    private Cli embed(Path from, Path input, String output, String... more) {
        return new SmallTexts(folder).embed(from, input, output, more);
    }

    private float[][] vectors(Path input, String output, String... more) throws IOException {
        return vectors(model, input, output, more);
    }

    private float[][] vectors(Path from, Path input, String output, String... more) throws IOException {
        Cli run = embed(from, input, output, more);
        assertThat(run.exitCode()).as(run.err()).isZero();
        Path file = folder.resolve(output);
        return output.endsWith(".npy") ? npy(file) : jsonLines(file);
    }

    private static float[][] jsonLines(Path file) throws IOException {
        List<float[]> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode object = JsonMapper.shared().readTree(line);
            assertThat(object.propertyNames()).containsExactly("embedding");
            JsonNode vector = object.get("embedding");
            float[] row = new float[vector.size()];
            for (int column = 0; column < row.length; column++) {
                row[column] = vector.get(column).floatValue();
            }
            rows.add(row);
        }
        return rows.toArray(float[][]::new);
    }

    /** A reader of its own, by NumPy's description of the format. */
    private static float[][] npy(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] start = new byte[8];
        bytes.get(start);
        assertThat(start).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
        byte[] text = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(text);
        assertThat(bytes.position() % 64).as("the data are aligned").isZero();
        String header = new String(text, StandardCharsets.US_ASCII);
        Matcher fields = Pattern.compile(
                        "\\{'descr': '<f4', 'fortran_order': False, 'shape': \\((\\d+), (\\d+)\\), \\} *\\n")
                .matcher(header);
        assertThat(fields.matches()).as(header).isTrue();
        float[][] rows = new float[Integer.parseInt(fields.group(1))][Integer.parseInt(fields.group(2))];
        for (float[] row : rows) {
            for (int column = 0; column < row.length; column++) {
                row[column] = bytes.getFloat();
            }
        }
        assertThat(bytes.hasRemaining()).isFalse();
        return rows;
    }

    @Test
    void everyLineHasItsVectorInTheTextsOrderWhateverTheFormat() throws IOException {
        float[][] jsonLines = vectors(texts, "vectors.jsonl");
        assertThat(jsonLines).hasNumberOfRows(64);
        assertThat(jsonLines[0]).hasSize(HIDDEN).isEqualTo(jsonLines[3]).isNotEqualTo(jsonLines[2]);
        assertThat(vectors(texts, "vectors.npy")).isDeepEqualTo(jsonLines);
        assertThat(vectors(texts, "vectors.npy.part", "--output-format", "jsonl"))
                .isDeepEqualTo(jsonLines);
    }

    @Test
    void aTextsVectorIsTheSameBitsAloneAndInAnyBatch() throws IOException {
        for (String pooling : List.of("cls", "mean", "max")) {
            String name = pooling + ".npy";
            float[][] together = vectors(texts, name, "--pooling", pooling);
            assertThat(vectors(texts, "alone-" + name, "--pooling", pooling, "--max-batch-tokens", "1"))
                    .isDeepEqualTo(together);
            assertThat(vectors(
                            texts, "some-" + name, "--pooling", pooling, "--max-batch-tokens", "90", "--threads", "1"))
                    .isDeepEqualTo(together);
        }
        List<String> lines = Files.readAllLines(texts);
        List<Integer> order = Stream.iterate(0, line -> line + 1)
                .limit(lines.size())
                .sorted(Comparator.comparing(lines::get))
                .toList();
        Path sorted = Files.write(
                folder.resolve("sorted.txt"), order.stream().map(lines::get).toList());
        float[][] first = npy(folder.resolve("mean.npy"));
        float[][] second = vectors(sorted, "sorted.npy", "--pooling", "mean");
        for (int line = 0; line < order.size(); line++) {
            assertThat(second[line]).isEqualTo(first[order.get(line)]);
        }
    }

    @Test
    void jsonLinesAreReadByTheirTextAndPackedOnesToo() throws IOException {
        Path plain = Files.write(folder.resolve("two.txt"), List.of("a cat", "a house"));
        Path objects = Files.writeString(
                folder.resolve("two.jsonl"), "{\"id\": 1, \"text\": \"a cat\"}\n{\"text\": \"a house\", \"id\": 2}\n");
        float[][] expected = vectors(plain, "plain.npy");
        assertThat(vectors(objects, "objects.npy")).isDeepEqualTo(expected);
        Files.writeString(objects, "{\"body\": \"a cat\"}\n{\"body\": \"a house\"}\n");
        assertThat(vectors(objects, "body.npy", "--text-column", "body")).isDeepEqualTo(expected);
    }

    @Test
    void vectorsOfGivenTextsArePrintedAndTheSameBitsAsThoseOfAFile() throws IOException {
        float[][] ofFile = vectors(texts, "file.npy");
        Cli run = Cli.run("embed", "--model", model.toString(), "a cat", "a house and a cat", "");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        Path printed = Files.writeString(folder.resolve("printed.jsonl"), run.out());
        assertThat(jsonLines(printed)).isDeepEqualTo(new float[][] {ofFile[0], ofFile[2], ofFile[1]});
        Cli cut = Cli.run("embed", "--model", model.toString(), "cat ".repeat(100));
        assertThat(cut.out()).hasLineCount(1).startsWith("{\"embedding\": [");
        assertThat(cut.err()).contains("a text had more than 40 tokens");
    }

    @Test
    void poolingAndLengthAreWhatTheCommandLineSaysOrElseTheFolder() throws IOException {
        float[][] mean = vectors(texts, "mean.npy");
        float[][] cls = vectors(texts, "cls.npy", "--pooling", "cls");
        float[][] unit = vectors(texts, "unit.npy", "--normalize", "on");
        assertThat(cls[5]).isNotEqualTo(mean[5]);
        double norm = norm(mean[5]);
        assertThat(norm).isNotCloseTo(1, within(0.01));
        assertThat(norm(unit[5])).isCloseTo(1, within(1e-6));
        assertThat(unit[5][3]).isCloseTo((float) (mean[5][3] / norm), within(1e-6f));
        Path told = folder.resolve("told");
        copy(model, told);
        Files.createDirectory(told.resolve("1_Pooling"));
        Files.writeString(told.resolve("1_Pooling/config.json"), "{\"pooling_mode_cls_token\": true}");
        assertThat(vectors(told, texts, "told.npy")).isDeepEqualTo(cls);
    }

    /** Keys and values give the same bits on few rows as on all, the absorbed form nearly the same numbers. */
    @Test
    void narrowingChangesTheLastBitsOfAVectorAtMost() throws IOException {
        float[][] full = vectors(texts, "full.npy", "--pooling", "cls", "--narrow-last-layer", "off");
        float[][] projected = vectors(texts, "projected.npy", "--pooling", "cls", "--narrow-attention", "projected");
        float[][] absorbed = vectors(texts, "absorbed.npy", "--pooling", "cls", "--narrow-attention", "absorbed");
        assertThat(projected).isDeepEqualTo(full);
        assertThat(Arrays.deepEquals(absorbed, full)).isFalse();
        for (int text = 0; text < full.length; text++) {
            for (int column = 0; column < HIDDEN; column++) {
                assertThat(absorbed[text][column]).isCloseTo(full[text][column], within(1e-4f));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static double norm(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    @Test
    void textsThatAreTooLongAreCutAndCounted() throws IOException {
        Path input = Files.write(folder.resolve("long.txt"), List.of("a cat", "cat ".repeat(100), "cat ".repeat(38)));
        Cli run = embed(input, "long.jsonl");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("3 vectors of 16 numbers", "1 of 3 texts had more than 40 tokens, the model's most");
        float[][] vectors = jsonLines(folder.resolve("long.jsonl"));
        assertThat(vectors[1]).isEqualTo(vectors[2]);
    }

    @Test
    void aFileThatExistsIsRefusedAndStaysAsItIs() throws IOException {
        Path kept = Files.writeString(folder.resolve("kept.npy"), "mine");
        Cli run = embed(texts, "kept.npy");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--output-file " + kept + " exists").hasLineCount(1);
        assertThat(kept).hasContent("mine");
        assertThat(vectors(texts, "kept.npy", "--overwrite")).hasNumberOfRows(64);
        Cli same = embed(texts, "texts.txt", "--overwrite", "--output-format", "jsonl");
        assertThat(same.err()).contains("is the --input-file");
    }

    /** The sentences that come with the model, whose vectors PyTorch computed in double. */
    @Test
    void aPublishedModelsVectorsArePyTorchs() throws IOException {
        Path published = Path.of(
                        System.getProperty("narrowbert.models", System.getenv().getOrDefault("NARROWBERT_MODELS", "")))
                .resolve("all-MiniLM-L6-v2");
        Assumptions.assumeTrue(
                Files.exists(published.resolve("sentences.json")),
                "skipped: all-MiniLM-L6-v2 is not in the folder that narrowbert.models or NARROWBERT_MODELS names");
        JsonNode sentences =
                JsonMapper.shared().readTree(published.resolve("sentences.json").toFile());
        StringBuilder lines = new StringBuilder();
        sentences.forEach(sentence -> lines.append("{\"text\": ")
                .append(JsonMapper.shared()
                        .writeValueAsString(sentence.get("text").stringValue()))
                .append("}\n"));
        Path input = Files.writeString(folder.resolve("sentences.jsonl"), lines);
        float[][] vectors = vectors(published, input, "sentences.npy");
        assertThat(vectors).hasNumberOfRows(sentences.size());
        double worst = 0;
        for (int text = 0; text < vectors.length; text++) {
            JsonNode expected = sentences.get(text).get("embedding");
            assertThat(vectors[text]).hasSize(expected.size());
            for (int column = 0; column < vectors[text].length; column++) {
                worst = Math.max(
                        worst,
                        Math.abs(vectors[text][column] - expected.get(column).doubleValue()));
            }
        }
        System.out.printf(Locale.ROOT, "vectors of all-MiniLM-L6-v2 differ from PyTorch's by %.2g at most%n", worst);
        assertThat(worst).isLessThan(1e-5);
        float[][] alone = vectors(published, input, "alone.npy", "--max-batch-tokens", "1");
        assertThat(Arrays.deepEquals(alone, vectors)).isTrue();
    }
}
