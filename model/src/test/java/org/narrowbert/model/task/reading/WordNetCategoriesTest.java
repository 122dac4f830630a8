package org.narrowbert.model.task.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.Majority;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TextExample;

/** The labelled task that needs no file. */
class WordNetCategoriesTest {
    @Test
    void everyGlossHasOneOfFortyFiveCategories() {
        Task task = Task.named("WordNet");
        LabelledSet<TextExample> set = task.read(task.embedded().orElseThrow()).of(TextExample.class);
        assertThat(set.labels()).hasSize(45).contains("noun.Tops", "verb.weather", "adj.ppl");
        assertThat(set.examples()).hasSize(117_174);
        assertThat(set.examples().getFirst().text()).startsWith("that which is perceived or known");
        assertThat(set.examples().getFirst().target())
                .isEqualTo(new Target.Label(set.labels().indexOf("noun.Tops")));
        Majority majority = Majority.of(set, set).orElseThrow();
        assertThat(majority.label()).isEqualTo("adj.all");
        assertThat(majority.share()).isCloseTo(0.12, within(0.01));
    }

    @Test
    void anyOtherFileIsATableOfTextsWithTheSameCategories(@TempDir Path folder) throws IOException {
        Path file = Files.write(
                folder.resolve("mine.csv"), List.of("text,label", "a large animal,noun.animal", "to go,verb.motion"));
        Task task = Task.named("wordnet");
        LabelledSet<TextExample> set = task.read(file).of(TextExample.class);
        assertThat(set.labels()).isEqualTo(task.labels());
        assertThat(set.examples().getLast().target())
                .isEqualTo(new Target.Label(set.labels().indexOf("verb.motion")));
        Files.write(file, List.of("text,label", "a large animal,animals"));
        assertThatThrownBy(() -> task.read(file))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("has the label 'animals'");
    }
}
