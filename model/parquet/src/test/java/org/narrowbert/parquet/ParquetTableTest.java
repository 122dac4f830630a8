package org.narrowbert.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.table.Table;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;
import org.narrowbert.model.task.reading.TableColumns;
import org.narrowbert.model.task.reading.WordColumns;

class ParquetTableTest {
    private static final List<String> COLUMNS =
            List.of("tags", "text", "label", "small", "score", "share", "truth", "tokens");

    @TempDir
    private Path folder;

    private static List<TableFiles.Row> rows(int count) {
        Random random = new Random(count);
        return IntStream.range(0, count)
                .mapToObj(i -> new TableFiles.Row(
                        random.nextInt(4) == 0 ? Optional.empty() : Optional.of("text " + random.nextInt(50)),
                        random.nextInt(3) - 1L + (i % 100 == 0 ? Long.MAX_VALUE / 2 : 0),
                        random.nextBoolean() ? Optional.empty() : Optional.of(random.nextInt()),
                        random.nextInt(8) / 4.0,
                        random.nextBoolean(),
                        random.nextInt(6) == 0
                                ? Optional.empty()
                                : Optional.of(IntStream.range(0, random.nextInt(4))
                                        .mapToObj(word -> "word" + random.nextInt(9))
                                        .toList()),
                        LongStream.range(0, random.nextInt(5)).boxed().toList()))
                .toList();
    }

    private static List<List<Cell>> read(Path file, List<String> columns) {
        List<List<Cell>> rows = new ArrayList<>();
        try (Table table = Table.open(file)) {
            table.choose(columns);
            for (Optional<List<Cell>> row = table.next(); row.isPresent(); row = table.next()) {
                rows.add(row.get());
            }
        }
        return rows;
    }

    private static Cell one(Object value) {
        return new Cell.One(String.valueOf(value));
    }

    private static List<Cell> cells(TableFiles.Row row) {
        return List.of(
                new Cell.Many(row.tags().stream().map(String::valueOf).toList()),
                row.text().<Cell>map(Cell.One::new).orElseGet(Cell.None::new),
                one(row.label()),
                row.small().map(ParquetTableTest::one).orElseGet(Cell.None::new),
                one(row.score()),
                one((float) row.score()),
                one(row.truth()),
                row.tokens().<Cell>map(Cell.Many::new).orElseGet(Cell.None::new));
    }

    @ParameterizedTest
    @CsvSource({"PARQUET_1_0, true", "PARQUET_1_0, false", "PARQUET_2_0, true", "PARQUET_2_0, false"})
    void everyKindOfColumnIsRead(WriterVersion version, boolean dictionary) throws IOException {
        List<TableFiles.Row> rows = rows(1_000);
        Path file = TableFiles.write(folder.resolve("t.parquet"), version, dictionary, rows);
        assertThat(read(file, COLUMNS))
                .isEqualTo(rows.stream().map(ParquetTableTest::cells).toList());
        assertThat(read(file, List.of("label", "label")).getFirst()).hasSize(2);
    }

    @Test
    void whatIsNoTextNumberOrListIsRefused() throws IOException {
        Path file = TableFiles.write(folder.resolve("t.parquet"), WriterVersion.PARQUET_1_0, true, rows(3));
        assertThatThrownBy(() -> read(file, List.of("day")))
                .isInstanceOf(RunError.class)
                .hasMessage(
                        file + " has DATE in its column 'day', where texts, numbers or lists of these are read: name"
                                + " another column");
        assertThatThrownBy(() -> read(file, List.of("body")))
                .isInstanceOf(RunError.class)
                .hasMessage(
                        file + " has no column 'body', its columns are text, label, small, score, share, truth, day,"
                                + " tokens, tags: name the column with its option, or mend the file");
    }

    @Test
    void mutatedTablesAreReadOrRefusedInASentence() throws IOException {
        List<byte[]> originals = new ArrayList<>();
        for (WriterVersion version : WriterVersion.values()) {
            for (boolean dictionary : new boolean[] {true, false}) {
                originals.add(Files.readAllBytes(
                        TableFiles.write(folder.resolve("o.parquet"), version, dictionary, rows(300))));
            }
        }
        Random random = new Random(4);
        int mutations = Integer.getInteger("narrowbert.mutations", 400);
        int refused = 0;
        for (int mutation = 0; mutation < mutations; mutation++) {
            byte[] bytes = originals.get(mutation % originals.size()).clone();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                int begin = random.nextBoolean() ? 0 : Math.max(0, bytes.length - 1500);
                bytes[random.nextInt(begin, bytes.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("m.parquet"), bytes);
            try {
                read(file, COLUMNS);
            } catch (RunError error) {
                assertThat(error.getMessage().lines()).hasSize(1);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(mutations / 3);
    }

    @Test
    void labelledTextsAndWordsAreReadFromParquet() throws IOException {
        TableFiles.Row row = new TableFiles.Row(
                Optional.of("a"), 7, Optional.empty(), 0.5, true, Optional.of(List.of("Ann", "sat")), List.of(1L, 0L));
        Path file = TableFiles.write(folder.resolve("t.parquet"), WriterVersion.PARQUET_1_0, true, List.of(row));
        LabelledSet<TextExample> texts = Task.ofTexts(TaskKind.SINGLE_LABEL, TableColumns.usual())
                .read(file)
                .of(TextExample.class);
        assertThat(texts.labels()).containsExactly("7");
        assertThat(texts.examples()).containsExactly(new TextExample("a", Optional.empty(), new Target.Label(0)));
        LabelledSet<WordsExample> words =
                Task.ofWords(WordColumns.usual()).read(file).of(WordsExample.class);
        assertThat(words.labels()).containsExactly("0", "1");
        assertThat(words.examples()).containsExactly(new WordsExample(List.of("Ann", "sat"), List.of(1, 0), 0));
    }

    private Path noted(String features) throws IOException {
        TableFiles.Row row = new TableFiles.Row(
                Optional.of("a"), 1, Optional.of(-1), 0.5, true, Optional.of(List.of("Ann", "sat")), List.of(2L, 0L));
        return TableFiles.write(
                folder.resolve("t.parquet"),
                WriterVersion.PARQUET_1_0,
                true,
                List.of(row),
                Map.of("huggingface", "{\"info\": {\"features\": {" + features + "}}}"));
    }

    @Test
    void numbersOfHuggingFacesClassLabelsHaveTheirNames() throws IOException {
        Path file = noted("""
            "text": {"dtype": "string", "_type": "Value"},
            "label": {"names": ["z: bad", "a: good"], "_type": "ClassLabel"},
            "tags": {"feature": {"names": ["O", "B-LOC", "B-PER"], "_type": "ClassLabel"}, "_type": "Sequence"}""");
        Task texts = Task.ofTexts(TaskKind.SINGLE_LABEL, TableColumns.usual());
        LabelledSet<TextExample> found = texts.read(file).of(TextExample.class);
        assertThat(found.labels()).as("in their own order").containsExactly("z: bad", "a: good");
        assertThat(found.examples().getFirst().target()).isEqualTo(new Target.Label(1));
        assertThat(found.notes()).isEmpty();
        assertThat(texts.read(file, List.of("a: good", "other", "z: bad"))
                        .of(TextExample.class)
                        .examples())
                .as("of a model that has them in another order")
                .containsExactly(new TextExample("a", Optional.empty(), new Target.Label(0)));
        assertThat(texts.read(file, List.of("negative", "positive"))
                        .of(TextExample.class)
                        .examples())
                .as("of a model that has others, by place")
                .containsExactly(new TextExample("a", Optional.empty(), new Target.Label(1)));
        LabelledSet<WordsExample> words =
                Task.ofWords(WordColumns.usual()).read(file).of(WordsExample.class);
        assertThat(words.labels()).containsExactly("O", "B-LOC", "B-PER");
        assertThat(words.examples()).containsExactly(new WordsExample(List.of("Ann", "sat"), List.of(2, 0), 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"label\": {\"names\": [\"a\", \"a\"], \"_type\": \"ClassLabel\"}",
                "\"label\": {\"names\": [1, 2], \"_type\": \"ClassLabel\"}",
                "\"label\": {\"names\": {}, \"_type\": \"ClassLabel\"}",
                "\"label\": {\"_type\": \"ClassLabel\"}",
                "\"label\": [[[[",
                "\"label\": []",
                "\"label\": 7",
                "}",
                "",
            })
    void classLabelsThatDoNotReadAsTheyAreWrittenLeaveTheNumbers(String features) throws IOException {
        assertThat(Task.ofTexts(TaskKind.SINGLE_LABEL, TableColumns.usual())
                        .read(noted(features))
                        .labels())
                .containsExactly("1");
    }

    /** Written by Arrow's C++ writer. */
    @Test
    void aSplitOfSst2IsReadWithItsLabels() {
        Path file = Stream.of(
                        System.getProperty("narrowbert.data", ""),
                        System.getenv().getOrDefault("NARROWBERT_DATA", ""))
                .filter(name -> !name.isEmpty())
                .map(name -> Path.of(name, "parquet", "sst2-sample.parquet"))
                .filter(Files::exists)
                .findFirst()
                .orElse(Path.of(""));
        if (!Files.isRegularFile(file)) {
            System.out.println("skipped: no parquet/sst2-sample.parquet in the folder that NARROWBERT_DATA names");
        }
        assumeTrue(Files.isRegularFile(file), "no data");
        Task task = Task.ofTexts(TaskKind.SINGLE_LABEL, TableColumns.usual());
        LabelledSet<TextExample> set =
                task.read(file, List.of("negative", "positive")).of(TextExample.class);
        assertThat(set.examples())
                .hasSize(872)
                .startsWith(new TextExample(
                        "it 's a charming and often affecting journey . ", Optional.empty(), new Target.Label(1)));
        assertThat(set.examples().stream().filter(example -> example.target().equals(new Target.Label(1))))
                .hasSize(444);
        assertThat(set.notes()).isEmpty();
        assertThat(task.read(file).labels()).containsExactly("negative", "positive");
    }
}
