package org.narrowbert.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.table.Table;

/** Labelled examples in one piece become the files that fine-tuning reads. */
class DataSplitCommandTest {
    @TempDir
    private Path folder;

    private Cli split(Path source, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "data",
                "split",
                "--train-file",
                source.toString(),
                "--output-dir",
                folder.resolve("parts").toString()));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private List<String> lines(String part) throws IOException {
        return Files.readAllLines(folder.resolve("parts").resolve(part + ".jsonl"));
    }

    private Path reviews() throws IOException {
        List<String> lines = new ArrayList<>(List.of("text\tlabel"));
        for (int i = 0; i < 50; i++) {
            lines.add("a \"film\" number " + i + "\t" + (i % 5 == 0 ? "bad" : "good"));
        }
        return Files.write(folder.resolve("reviews.tsv"), lines);
    }

    @Test
    void eachPartHasTheLabelsInTheirProportionsAndNoTextIsInTwo() throws IOException {
        Cli run = split(reviews(), "--validation-split-percentage", "20", "--test-split-percentage", "20");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("30 to learn from, 10 to validate on, 10 to test on; SHA-256 ");
        assertThat(lines("train")).hasSize(30).first().asString().contains("{\"text\":\"a \\\"film\\\" number ");
        assertThat(lines("validation").stream().filter(line -> line.contains("\"label\":\"bad\"")))
                .hasSize(2);
        assertThat(lines("test").stream().filter(line -> line.contains("\"label\":\"bad\"")))
                .hasSize(2);
        Set<String> all = new HashSet<>(lines("train"));
        all.addAll(lines("validation"));
        all.addAll(lines("test"));
        assertThat(all).hasSize(50);
    }

    @Test
    void theSameSeedWritesTheSameFiles() throws IOException {
        Path source = reviews();
        Cli first = split(source);
        List<String> train = lines("train");
        Cli second = split(source, "--overwrite-output-dir");
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(lines("train")).isEqualTo(train);
        Cli two = split(source, "--overwrite-output-dir", "--test-split-percentage", "0");
        assertThat(two.err()).isEmpty();
        assertThat(folder.resolve("parts/test.jsonl"))
                .as("of the division before")
                .doesNotExist();
        Cli other = split(source, "--overwrite-output-dir", "--split-seed", "2");
        assertThat(other.exitCode()).isZero();
        assertThat(lines("train")).isNotEqualTo(train);
    }

    @Test
    void partsOfTwoDivisionsNeverStandSideBySide() throws IOException {
        Path source = reviews();
        split(source);
        Path validation = folder.resolve("parts/validation.jsonl");
        Files.delete(validation);
        Files.createDirectories(validation.resolve("in the way"));
        Cli second = split(source, "--overwrite-output-dir", "--split-seed", "2");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err()).contains("validation.jsonl").hasLineCount(1);
        assertThat(folder.resolve("parts/train.jsonl")).doesNotExist();
    }

    @Test
    void sentencesOfADocumentStayTogetherAndKeepTheirWords() throws IOException {
        StringBuilder columns = new StringBuilder();
        for (int document = 0; document < 10; document++) {
            columns.append("-DOCSTART- O\n\n");
            for (int sentence = 0; sentence < 3; sentence++) {
                columns.append("ann").append(document).append(" I-PER\nslept O\n\n");
            }
        }
        Path source = Files.writeString(folder.resolve("words.conll"), columns);
        Cli run = split(source, "--problem-type", "token_classification");
        assertThat(run.err()).isEmpty();
        assertThat(lines("train")).hasSize(24);
        assertThat(lines("validation")).hasSize(3);
        assertThat(new HashSet<>(lines("test"))).hasSize(1);
        try (Table table = Table.open(folder.resolve("parts/test.jsonl"))) {
            table.choose(List.of("tokens", "ner_tags"));
            List<Cell> row = table.next().orElseThrow();
            assertThat(row.getFirst())
                    .isInstanceOfSatisfying(
                            Cell.Many.class,
                            words -> assertThat(words.values()).hasSize(2).endsWith("slept"));
            assertThat(row.getLast()).isEqualTo(new Cell.Many(List.of("B-PER", "O")));
        }
    }

    @Test
    void sentencesOfOneDocumentAreDividedOneByOneWhichIsSaid() throws IOException {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sentences.add("{\"tokens\":[\"ann\",\"slept" + i + "\"],\"ner_tags\":[\"B-PER\",\"O\"]}");
        }
        Path source = Files.write(folder.resolve("words.jsonl"), sentences);
        Cli run = split(source, "--problem-type", "token_classification");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("divided sentence by sentence, since it is one document, by seed 1: 16 to learn from");
        assertThat(lines("test")).hasSize(2);
    }

    @Test
    void whatCannotBeDividedIsRefusedAndNothingIsWritten() throws IOException {
        Cli two = split(Files.writeString(folder.resolve("two.csv"), "text,label\na,x\nb,y\n"));
        assertThat(two.exitCode()).isEqualTo(1);
        assertThat(two.err()).contains("two.csv has too few examples to divide: 2");
        assertThat(folder.resolve("parts")).doesNotExist();
        Cli questions = split(folder.resolve("none.json"), "--task-name", "squad");
        assertThat(questions.exitCode()).isEqualTo(2);
        assertThat(questions.err()).contains("squad has choices or questions");
        Cli nothing =
                Cli.run("data", "split", "--output-dir", folder.resolve("parts").toString());
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.err()).contains("there is nothing to divide: name a --train-file");
        assertThat(split(reviews()).exitCode()).isZero();
        Cli again = split(reviews());
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("exists already");
    }
}
