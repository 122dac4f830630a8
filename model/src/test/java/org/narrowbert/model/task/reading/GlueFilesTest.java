package org.narrowbert.model.task.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TextExample;

/** GLUE's files, each as it is distributed. */
class GlueFilesTest {
    @TempDir
    Path folder;

    private Path file(String... lines) throws IOException {
        return Files.writeString(folder.resolve("file.tsv"), String.join("\n", lines) + "\n");
    }

    private static TextExample one(String text, Target target) {
        return new TextExample(text, Optional.empty(), target);
    }

    private static TextExample pair(String text, String second, Target target) {
        return new TextExample(text, Optional.of(second), target);
    }

    private static Target label(int index) {
        return new Target.Label(index);
    }

    private static LabelledSet<TextExample> read(String task, Path file) {
        return Task.named(task).read(file).of(TextExample.class);
    }

    private static LabelledSet<TextExample> predict(String task, Path file) {
        Task known = Task.named(task);
        return known.readForPrediction(file, known.labels()).of(TextExample.class);
    }

    @Test
    void colaHasNoLineOfNames() throws IOException {
        Path file = file("gj04\t1\t\tThe sailors rode the breeze clear of the rocks.", "gj04\t0\t*\tThe \"ship.");
        LabelledSet<TextExample> set = read("cola", file);
        assertThat(set.examples())
                .containsExactly(
                        one("The sailors rode the breeze clear of the rocks.", label(1)), one("The \"ship.", label(0)));
        assertThat(set.notes()).isEmpty();
        assertThat(set.labels()).containsExactly("unacceptable", "acceptable");
    }

    @Test
    void testFilesHaveNoLabels() throws IOException {
        Path file = file("index\tsentence", "0\tBill whistled past the house.");
        assertThat(predict("cola", file).examples())
                .containsExactly(one("Bill whistled past the house.", new Target.Unknown()));
        assertThatThrownBy(() -> read("cola", file))
                .isInstanceOf(RunError.class)
                .hasMessage(file + " has no column 'label', its columns are index, sentence: name the column with its"
                        + " option, or mend the file");
    }

    @Test
    void sst2OfGlueAndAtSentenceLevelAreToldApart() throws IOException {
        LabelledSet<TextExample> phrases = read("sst2", file("sentence\tlabel", "hide new secretions \t0"));
        assertThat(phrases.examples()).containsExactly(one("hide new secretions ", label(0)));
        assertThat(phrases.notes()).isEmpty();
        Path file = file("a stirring , funny film .\t1", "apparently reassembled\t0");
        LabelledSet<TextExample> sentences = read("sst2", file);
        assertThat(sentences.examples())
                .containsExactly(one("a stirring , funny film .", label(1)), one("apparently reassembled", label(0)));
        assertThat(sentences.notes())
                .containsExactly(
                        file + " has no line of names: it is read as SST-2 at sentence level, a text, a tab and"
                                + " its label a line.");
    }

    @Test
    void mrpcIsReadAsMicrosoftHasItAndAsGlueHasIt() throws IOException {
        Path theirs = Files.writeString(
                folder.resolve("msr_paraphrase_train.txt"),
                "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n1\t702876\t702977\tAmrozi accused \"the"
                        + " witness\".\tReferring to \"him.\r\n");
        assertThat(read("mrpc", theirs).examples())
                .containsExactly(pair("Amrozi accused \"the witness\".", "Referring to \"him.", label(1)));
        Path test = file("index\t#1 ID\t#2 ID\t#1 String\t#2 String", "0\t1\t2\tone\ttwo");
        assertThat(predict("mrpc", test).examples()).containsExactly(pair("one", "two", new Target.Unknown()));
    }

    @Test
    void pairsAreReadByTheNamesOfTheirColumns() throws IOException {
        assertThat(read("rte", file("index\tsentence1\tsentence2\tlabel", "0\tOne.\tTwo.\tnot_entailment"))
                        .examples())
                .containsExactly(pair("One.", "Two.", label(1)));
        assertThat(read("wnli", file("index\tsentence1\tsentence2\tlabel", "0\tOne.\tTwo.\t1"))
                        .examples())
                .containsExactly(pair("One.", "Two.", label(1)));
        assertThat(read("qnli", file("index\tquestion\tsentence\tlabel", "0\tWhen?\tThen.\tentailment"))
                        .examples())
                .containsExactly(pair("When?", "Then.", label(0)));
    }

    @Test
    void mnliTakesTheGoldLabelAndLeavesOutPairsWithoutOne() throws IOException {
        Path file = file(
                "index\tgenre\tsentence1\tsentence2\tlabel1\tgold_label",
                "0\tslate\tOne.\tTwo.\tneutral\tcontradiction",
                "1\tslate\tThree.\tFour.\tneutral\t-");
        LabelledSet<TextExample> set = read("mnli", file);
        assertThat(set.examples()).containsExactly(pair("One.", "Two.", label(2)));
        assertThat(set.notes())
                .containsExactly("1 pairs without a label (-) were left out, first at " + file + ", line 3.");
        LabelledSet<TextExample> all = predict("mnli", file);
        assertThat(all.examples())
                .as("predictions are told apart by the numbers of their rows")
                .containsExactly(pair("One.", "Two.", label(2)), pair("Three.", "Four.", new Target.Unknown()));
        assertThat(all.notes()).isEmpty();
    }

    @Test
    void stsbHasNumbers() throws IOException {
        Path file = file("index\tsentence1\tsentence2\tscore", "0\tA plane.\tAn air plane.\t5.000");
        assertThat(read("stsb", file).examples())
                .containsExactly(pair("A plane.", "An air plane.", new Target.Value(5)));
        Path wrong = file("index\tsentence1\tsentence2\tscore", "0\tA plane.\tAn air plane.\tmuch");
        assertThatThrownBy(() -> read("stsb", wrong))
                .hasMessage(wrong + ", line 2, has the label 'much' where a number belongs: mend it, or learn labels");
    }

    @Test
    void qqpHasRowsWithTooFewFieldsWhichAreLeftOut() throws IOException {
        Path file = file(
                "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate",
                "1\t2\t3\tWhy?\tWhy not?\t0",
                "4\t5\t6\tWhy",
                "7\t8\t9\tHow?\tHow so?\t1");
        LabelledSet<TextExample> set = read("qqp", file);
        assertThat(set.examples())
                .containsExactly(pair("Why?", "Why not?", label(0)), pair("How?", "How so?", label(1)));
        assertThat(set.notes())
                .containsExactly("1 rows with too few fields were left out, first at " + file + ", line 3.");
        assertThatThrownBy(() -> predict("qqp", file))
                .as("predictions are told apart by the numbers of their rows")
                .isInstanceOf(RunError.class)
                .hasMessageContaining(file + ", line 3, has 4 fields, and the table has 6 columns");
    }

    @Test
    void otherTasksRefuseSuchRows() throws IOException {
        Path file = file("index\tsentence1\tsentence2\tlabel", "0\tOne.\tTwo.");
        assertThatThrownBy(() -> read("rte", file))
                .hasMessage(file + ", line 2, has 3 fields, and the table has 4 columns: each row must have as many,"
                        + " mend the line");
    }

    @Test
    void aLabelThatTheTaskDoesNotHaveIsRefused() throws IOException {
        Path file = file("index\tsentence1\tsentence2\tlabel", "0\tOne.\tTwo.\tentailmemt");
        assertThatThrownBy(() -> read("rte", file))
                .isInstanceOf(RunError.class)
                .hasMessage(file + ", line 2, has the label 'entailmemt', and the labels are entailment,"
                        + " not_entailment: mend the label, or learn from a file that has it");
    }

    @Test
    void aRowWithoutItsLabelIsRefused() throws IOException {
        Path file = file("sentence\tlabel", "one \t1", "two \t");
        assertThatThrownBy(() -> read("sst2", file))
                .hasMessage(file + ", line 3, has no label: every row to learn from or to measure on must have one");
    }
}
