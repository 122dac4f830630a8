package org.narrowbert.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.UserError;

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
    void aFileBesideItIsRefused() {
        assertThatThrownBy(() -> Task.named("wordnet").read(Path.of("mine.csv")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("leave out the file mine.csv");
    }
}
