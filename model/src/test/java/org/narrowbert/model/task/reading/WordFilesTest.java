package org.narrowbert.model.task.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.WordsExample;

/** Labelled words: CoNLL's columns, and tables of lists. */
class WordFilesTest {
    @TempDir
    Path folder;

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private static LabelledSet<WordsExample> read(Path file) {
        return Task.ofWords(WordColumns.usual()).read(file).of(WordsExample.class);
    }

    private static List<List<String>> tags(LabelledSet<WordsExample> set) {
        return set.examples().stream()
                .map(words -> words.labels().stream().map(set.labels()::get).toList())
                .toList();
    }

    @Test
    void conll2003HasFourColumnsOfIob1WhichBecomesIob2() throws IOException {
        Path file = file(
                "eng.train",
                "-DOCSTART- -X- O O",
                "",
                "EU NNP I-NP I-ORG",
                "rejects VBZ I-VP O",
                "German JJ I-NP I-MISC",
                "",
                "Peter NNP I-NP I-PER",
                "Blackburn NNP I-NP I-PER",
                "Smith NNP B-NP B-PER",
                "-DOCSTART- -X- O O",
                "",
                "",
                "Bonn NNP I-NP I-LOC");
        LabelledSet<WordsExample> set = Task.named("conll2003").read(file).of(WordsExample.class);
        assertThat(set.examples())
                .extracting(WordsExample::words)
                .containsExactly(
                        List.of("EU", "rejects", "German"), List.of("Peter", "Blackburn", "Smith"), List.of("Bonn"));
        assertThat(tags(set))
                .containsExactly(List.of("B-ORG", "O", "B-MISC"), List.of("B-PER", "I-PER", "B-PER"), List.of("B-LOC"));
        assertThat(set.examples()).extracting(WordsExample::document).containsExactly(0, 0, 1);
        assertThat(set.notes())
                .containsExactly(
                        file + " is tagged as IOB1 has it: its entities are made to begin with B, as IOB2 has it.");
        assertThat(set.labels()).startsWith("O", "B-PER", "I-PER");
    }

    @Test
    void twoColumnsATabApartAreReadAsTheyAre() throws IOException {
        LabelledSet<WordsExample> set =
                read(file("wnut.conll", "New York\tB-location", "I\tO", "\t", "a\u00A0b\tO", ""));
        assertThat(set.examples())
                .extracting(WordsExample::words)
                .containsExactly(List.of("New York", "I"), List.of("a\u00A0b"));
        assertThat(set.labels()).containsExactly("B-location", "O");
        assertThat(set.notes()).isEmpty();
    }

    @Test
    void otherSchemesStayAsTheyAre() throws IOException {
        LabelledSet<WordsExample> iobes = read(file("a.txt", "a S-PER", "b B-LOC", "c I-LOC", "d E-LOC", "e I-PER"));
        assertThat(tags(iobes)).containsExactly(List.of("S-PER", "B-LOC", "I-LOC", "E-LOC", "I-PER"));
        LabelledSet<WordsExample> faultyIob2 = read(file("b.txt", "a B-PER", "b I-LOC", "c I-LOC"));
        assertThat(tags(faultyIob2)).containsExactly(List.of("B-PER", "I-LOC", "I-LOC"));
        LabelledSet<WordsExample> partsOfSpeech = read(file("c.txt", "a NN", "b VB"));
        assertThat(partsOfSpeech.labels()).containsExactly("NN", "VB");
        assertThat(iobes.notes()).isEmpty();
        assertThat(faultyIob2.notes()).isEmpty();
    }

    @Test
    void wordsToPredictNeedNoLabels() throws IOException {
        LabelledSet<WordsExample> set = Task.ofWords(WordColumns.usual())
                .readForPrediction(file("a.txt", "one", "two", "", "three"), List.of("O", "B-PER"))
                .of(WordsExample.class);
        assertThat(set.examples())
                .containsExactly(
                        new WordsExample(List.of("one", "two"), List.of(), 0),
                        new WordsExample(List.of("three"), List.of(), 0));
    }

    @Test
    void linesThatDoNotFitAreRefused() throws IOException {
        Path ragged = file("a.txt", "a O", "b", "c O");
        assertThatThrownBy(() -> read(ragged))
                .isInstanceOf(RunError.class)
                .hasMessage(ragged + ", line 2, has 1 column, and line 1 has 2: each word must have as many, mend the"
                        + " line");
        Path bare = file("b.txt", "a", "b");
        assertThatThrownBy(() -> read(bare))
                .hasMessage(bare + ", line 1, has one column, the word, and no label: a word, blanks or a tab, and a"
                        + " label belong there");
        Path wordless = file("c.txt", "\tO");
        assertThatThrownBy(() -> read(wordless))
                .hasMessage(wordless + ", line 1, has a label and no word: mend the line");
        Path empty = file("d.txt", "", "");
        assertThatThrownBy(() -> read(empty)).hasMessage(empty + " has no sentence: name a file with words");
    }

    @Test
    void aTagThatTheTrainingFileLacksIsRefusedWithTheSentencesLine() throws IOException {
        Path file = file("a.txt", "a O", "", "b O", "c B-CITY");
        assertThatThrownBy(() -> Task.ofWords(WordColumns.usual()).read(file, List.of("O", "B-LOC")))
                .hasMessage(file
                        + ", the sentence of line 3, has the label 'B-CITY', and the labels are O, B-LOC: mend the label, or"
                        + " learn from a file that has it");
    }

    @Test
    void aModelOfConllReadsTablesToo() throws IOException {
        Path file = file("a.jsonl", "{\"tokens\": [\"Ann\", \"sat\"], \"ner_tags\": [\"B-PER\", \"O\"]}");
        assertThat(Task.named("conll2003").read(file).of(WordsExample.class).examples())
                .singleElement()
                .satisfies(example -> assertThat(example.words()).containsExactly("Ann", "sat"));
    }

    @Test
    void jsonLinesHaveListsOfWordsAndLabels() throws IOException {
        LabelledSet<WordsExample> set = read(file(
                "a.jsonl",
                "{\"tokens\": [\"EU\", \"rejects\"], \"ner_tags\": [\"I-ORG\", \"O\"]}",
                "{\"tokens\": [\"Bonn\"], \"ner_tags\": [\"I-LOC\"]}"));
        assertThat(tags(set)).containsExactly(List.of("B-ORG", "O"), List.of("B-LOC"));
        Path empty =
                file("c.jsonl", "{\"tokens\": [], \"ner_tags\": []}", "{\"tokens\": [\"EU\"], \"ner_tags\": [\"O\"]}");
        assertThat(read(empty).notes())
                .containsExactly("1 rows without words were left out, and the others numbered without them, first at "
                        + empty + ", line 1.");
        Path wrong = file("b.jsonl", "{\"tokens\": [\"EU\", \"rejects\"], \"ner_tags\": [\"O\"]}");
        assertThatThrownBy(() -> read(wrong))
                .hasMessage(wrong + ", line 1, has 2 words and 1 labels: each word must have one, mend the row");
    }
}
