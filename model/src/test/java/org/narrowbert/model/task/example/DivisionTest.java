package org.narrowbert.model.task.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.RunError;

class DivisionTest {
    private static final Path SOURCE = Path.of("a.tsv");

    /** Every fourth text has the second label. */
    private static LabelledSet<TextExample> texts(int count) {
        return new LabelledSet<>(
                SOURCE,
                TaskKind.SINGLE_LABEL,
                List.of("no", "yes"),
                IntStream.range(0, count)
                        .mapToObj(i ->
                                new TextExample("text " + i, Optional.empty(), new Target.Label(i % 4 == 0 ? 1 : 0)))
                        .toList(),
                List.of());
    }

    private static long yes(LabelledSet<TextExample> set) {
        return set.examples().stream()
                .filter(example -> example.target().equals(new Target.Label(1)))
                .count();
    }

    @Test
    void eachPartHasTheLabelsInTheSetsProportions() {
        Division<TextExample> division = Division.of(texts(1_000), 0.1, 0.1, 7);
        assertThat(division.train().examples()).hasSize(800);
        assertThat(division.validation().examples()).hasSize(100);
        assertThat(yes(division.train())).isEqualTo(200);
        assertThat(yes(division.validation())).isEqualTo(25);
        assertThat(yes(division.test())).isEqualTo(25);
        Set<TextExample> all = new HashSet<>();
        Stream.of(division.train(), division.validation(), division.test())
                .forEach(part -> all.addAll(part.examples()));
        assertThat(all).hasSize(1_000);
    }

    @Test
    void theSameSeedDividesAlikeAndTheHashSaysSo() {
        Division<TextExample> division = Division.of(texts(100), 0.1, 0.2, 7);
        assertThat(Division.of(texts(100), 0.1, 0.2, 7)).isEqualTo(division);
        assertThat(Division.of(texts(100), 0.1, 0.2, 8).hash()).isNotEqualTo(division.hash());
        // What this version made of it: papers and tables quote such hashes, so later ones must divide alike.
        assertThat(division.hash()).isEqualTo("6c252404bc1b16183096ff6ae7c848ac06b2383e40083cd5eebba805e827d86e");
    }

    @Test
    void noDocumentIsInTwoParts() {
        LabelledSet<WordsExample> set = new LabelledSet<>(
                SOURCE,
                TaskKind.TOKEN_LABELS,
                List.of("O"),
                IntStream.range(0, 100)
                        .mapToObj(i -> new WordsExample(List.of("word" + i), List.of(0), i / 5))
                        .toList(),
                List.of());
        Division<WordsExample> division = Division.of(set, 0.1, 0.1, 3);
        assertThat(division.train().examples()).hasSize(80);
        assertThat(division.validation().examples()).hasSize(10);
        assertThat(division.test().examples()).hasSize(10);
        Set<Integer> validation = documents(division.validation());
        assertThat(validation).hasSize(2).doesNotContainAnyElementsOf(documents(division.train()));
        assertThat(documents(division.test())).hasSize(2).doesNotContainAnyElementsOf(validation);
    }

    private static LabelledSet<WordsExample> words(int sentences, int sentencesOfADocument) {
        return new LabelledSet<>(
                SOURCE,
                TaskKind.TOKEN_LABELS,
                List.of("O"),
                IntStream.range(0, sentences)
                        .mapToObj(i -> new WordsExample(List.of("word" + i), List.of(0), i / sentencesOfADocument))
                        .toList(),
                List.of());
    }

    @Test
    void oneDocumentIsDividedSentenceBySentence() {
        Division<WordsExample> division = Division.of(words(100, 100), 0.1, 0.2, 3);
        assertThat(division.isOfOneDocument()).isTrue();
        assertThat(division.train().examples()).hasSize(70);
        assertThat(division.validation().examples()).hasSize(10);
        assertThat(division.test().examples())
                .hasSize(20)
                .doesNotContainAnyElementsOf(division.validation().examples());
        assertThat(Division.of(words(100, 10), 0.1, 0.2, 3).isOfOneDocument()).isFalse();
        assertThat(Division.of(texts(100), 0.1, 0.2, 3).isOfOneDocument()).isFalse();
        assertThatThrownBy(() -> Division.of(words(1_000, 500), 0.1, 0.2, 3))
                .hasMessage("a.tsv has too few documents to divide: 2; give a file for each part");
    }

    private static Set<Integer> documents(LabelledSet<WordsExample> set) {
        Set<Integer> documents = new HashSet<>();
        set.examples().forEach(example -> documents.add(example.document()));
        return documents;
    }

    @Test
    void aSetThatIsTooSmallIsRefused() {
        assertThatThrownBy(() -> Division.of(texts(4), 0.1, 0, 7))
                .isInstanceOf(RunError.class)
                .hasMessage("a.tsv has too few examples to divide: 4; give a file for each part");
    }
}
