package org.narrowbert.model.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.error.RunError;

class TableTest {
    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<List<Cell>> read(Path file, String... columns) {
        List<List<Cell>> rows = new ArrayList<>();
        try (Table table = Table.open(file)) {
            table.choose(List.of(columns));
            for (Optional<List<Cell>> row = table.next(); row.isPresent(); row = table.next()) {
                rows.add(row.get());
            }
        }
        return rows;
    }

    private static List<Cell> row(String... texts) {
        return List.<Cell>copyOf(Arrays.stream(texts).map(Cell.One::new).toList());
    }

    private static void assertRefused(Path file, String sentence, String... columns) {
        assertThatThrownBy(() -> read(file, columns))
                .isInstanceOf(RunError.class)
                .hasMessage(sentence.replace("FILE", file.toString()));
    }

    @Test
    void csvHasQuotesAroundCommasQuotesAndLineEnds() throws IOException {
        Path file = file("a.csv", "\uFEFFtext,label\r\n\"a, \"\"b\"\"\nc\",1\r\n\r\nd e,0\r\n");
        assertThat(read(file, "text", "label")).containsExactly(row("a, \"b\"\nc", "1"), row("d e", "0"));
        assertThat(read(file, "label")).containsExactly(row("1"), row("0"));
    }

    @Test
    void tabSeparatedTextHasQuotesThatAreText() throws IOException {
        Path file = file("a.tsv", "label\ttext\r\n1\t\"open, and \"\"more\r\n0\t\r\n");
        assertThat(read(file, "text", "label")).containsExactly(row("\"open, and \"\"more", "1"), row("", "0"));
    }

    @Test
    void jsonLinesHaveNumbersListsAndFieldsThatAreNotThere() throws IOException {
        Path file = file(
                "a.jsonl",
                "{\"text\": \"a\\nb\", \"label\": 3, \"tags\": [\"x\", 1]}\n\n{\"other\": {\"deep\": [1]}, \"text\": null}\n");
        assertThat(read(file, "text", "label", "tags"))
                .containsExactly(
                        List.of(new Cell.One("a\nb"), new Cell.One("3"), new Cell.Many(List.of("x", "1"))),
                        List.of(new Cell.None(), new Cell.None(), new Cell.None()));
    }

    @Test
    void wholeFilesMayBeCompressed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write("text\na\n".getBytes(StandardCharsets.UTF_8));
        }
        Path file = Files.write(folder.resolve("a.csv.gz"), bytes.toByteArray());
        assertThat(read(file, "text")).containsExactly(row("a"));
    }

    @Test
    void aColumnThatIsNotThereIsRefusedWithThoseThatAre() throws IOException {
        String rest = "its columns are text, label: name the column with its option, or mend the file";
        assertRefused(file("a.csv", "text,label\na,1\n"), "FILE has no column 'body', " + rest, "body");
        assertRefused(file("a.tsv", "text\tlabel\na\t1\n"), "FILE has no column 'body', " + rest, "body");
        assertRefused(file("a.jsonl", "{\"text\": 1, \"label\": 2}\n"), "FILE has no column 'body', " + rest, "body");
        assertRefused(
                file("b.csv", "a,a\n1,2\n"),
                "FILE has more than one column 'a', its columns are a, a: name the column with its option, or mend the"
                        + " file",
                "a");
    }

    @Test
    void aRowWithTheWrongNumberOfFieldsIsRefusedWithItsLine() throws IOException {
        String rest = ", and the table has 2 columns: each row must have as many, mend the line";
        assertRefused(file("a.csv", "a,b\n1,2\n\"x\ny\",2,3\n"), "FILE, line 3, has 3 fields" + rest, "a");
        assertRefused(file("b.csv", "a,b\n1\n"), "FILE, line 2, has 1 field" + rest, "a");
        assertRefused(file("a.tsv", "a\tb\n1\t2\n\n1\t2\t\n"), "FILE, line 4, has 3 fields" + rest, "a");
    }

    @Test
    void quotesThatDoNotCloseAreRefused() throws IOException {
        String rest = "; quotes stand around a whole field, and are doubled within it";
        assertRefused(
                file("a.csv", "a,b\n1,2\n\"x,3\n4,5\n"),
                "FILE, after line 2, is not sound CSV: a quote is not closed" + rest,
                "a");
        assertRefused(
                file("b.csv", "a,b\n\"x\"y,3\n"),
                "FILE, after line 1, is not sound CSV: text follows a closing quote" + rest,
                "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.csv", "a.tsv", "a.jsonl"})
    void whatIsNoUtf8IsRefusedWithItsByte(String name) throws IOException {
        String text = name.endsWith("jsonl")
                ? "{\"text\": \"good\"}\n{\"text\": \"caf\u00E9\"}\n"
                : "text\ngood\ncaf\u00E9\n";
        Path file = Files.write(folder.resolve(name), text.getBytes(StandardCharsets.ISO_8859_1));
        int place = text.indexOf('\u00E9');
        assertThatThrownBy(() -> read(file, "text"))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(file + " is not UTF-8 text: byte " + place + ", in line ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.csv", "a.tsv", "a.jsonl"})
    void nulIsRefused(String name) throws IOException {
        Path file = file(name, name.endsWith("jsonl") ? "{\"text\": \"a\u0000\"}\n" : "text\na\u0000\n");
        assertThatThrownBy(() -> read(file, "text"))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("is NUL");
    }

    @Test
    void halvesOfSurrogatePairsAreRefused() throws IOException {
        assertRefused(
                file("a.jsonl", "{\"text\": \"a\"}\n{\"text\": \"\\ud83d\"}\n"),
                "FILE, line 2, has NUL or half a surrogate pair in its field 'text', which is no text: mend it",
                "text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.csv", "a.tsv", "a.jsonl"})
    void aLineBeyondTheLimitIsRefused(String name) throws IOException {
        String begin = name.endsWith("jsonl") ? "{\"text\": \"" : "text\n";
        String end = name.endsWith("jsonl") ? "\"}\n" : "\n";
        int limit = 16 << 20;
        int room = limit - (name.endsWith("jsonl") ? begin.length() + end.length() - 1 : 0);
        assertThat(read(file(name, begin + "x".repeat(room) + end), "text")).hasSize(1);
        Path file = file(name, begin + "x".repeat(room + 1) + end);
        assertThatThrownBy(() -> read(file, "text"))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("is longer than " + limit + " bytes");
    }

    @Test
    void unsoundJsonIsRefusedWithLineAndColumn() throws IOException {
        assertRefused(
                file("a.jsonl", "{\"text\": \"a\"}\n{\"text\": \"a\", \"text\": \"b\"}\n"),
                "FILE, line 2, is not sound JSON: column 21: the key \"text\" stands there twice; JSON Lines have one"
                        + " object a line",
                "text");
        assertRefused(
                file("a.jsonl", "[1]\n"),
                "FILE, line 1, is not a JSON object: JSON Lines have one object a line",
                "text");
        assertRefused(
                file("a.jsonl", "{\"text\": {\"a\": 1}}\n"),
                "FILE, line 1, has in its field 'text' what is no text, number or list of these: name another field",
                "text");
        assertRefused(
                file("a.jsonl", "{\"text\": [[1]]}\n"),
                "FILE, line 1, has in its field 'text' what is no text, number or list of these: name another field",
                "text");
    }

    @Test
    void filesThatAreNoTableAreRefused() throws IOException {
        assertRefused(file("a.csv", ""), "FILE is empty: name a file with text", "a");
        assertRefused(file("b.csv", "\n\n"), "FILE has no row: name a file with rows", "a");
        assertRefused(file("a.jsonl", "\n"), "FILE has no row: name a file with one object a line", "a");
        assertRefused(
                file("a.xlsx", "x"),
                "FILE has a name that tells of no table: .csv, .tsv, .tab, .jsonl, .ndjson, .json are read",
                "a");
        assertRefused(folder.resolve("gone.csv"), "there is no file FILE: check the name", "a");
        assertRefused(
                file("a.parquet", "PAR1"),
                "FILE is a Parquet file, and the module org.narrowbert.parquet, which reads them, is not here: add its"
                        + " jars to the module path, or save the table as JSON Lines",
                "a");
    }
}
