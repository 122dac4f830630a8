package org.narrowbert.model.task.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;
import org.narrowbert.model.tokenizer.ReferenceData;

/** Published data, where they are. */
class RealFilesTest {
    @TempDir
    Path folder;

    private static LabelledSet<WordsExample> words(Path file) {
        return Task.ofWords(WordColumns.usual()).read(file).of(WordsExample.class);
    }

    @Test
    void wikigoldIsConvertedFromIob1() {
        LabelledSet<WordsExample> set = words(ReferenceData.file("ner/wikigold.conll.txt"));
        assertThat(set.examples()).hasSize(1696);
        assertThat(set.examples().stream()
                        .mapToInt(example -> example.words().size())
                        .sum())
                .isEqualTo(39007);
        assertThat(set.examples().getLast().document()).isEqualTo(144);
        assertThat(set.labels())
                .containsExactly("B-LOC", "B-MISC", "B-ORG", "B-PER", "I-LOC", "I-MISC", "I-ORG", "I-PER", "O");
        assertThat(set.notes()).hasSize(1).first().asString().contains("is tagged as IOB1 has it");
    }

    @Test
    void wnut17HasItsOwnSplit() {
        LabelledSet<WordsExample> train = words(ReferenceData.file("ner/wnut17.train.conll"));
        assertThat(train.examples()).hasSize(3394);
        assertThat(train.labels()).hasSize(13).contains("B-creative-work", "I-group", "O");
        assertThat(train.notes()).isEmpty();
        Task task = Task.ofWords(WordColumns.usual());
        assertThat(task.read(ReferenceData.file("ner/wnut17.dev.conll"), train.labels())
                        .examples())
                .hasSize(1009);
        assertThat(task.read(ReferenceData.file("ner/wnut17.test.conll"), train.labels())
                        .examples())
                .hasSize(1287);
    }

    @Test
    void movieReviewsAreFoldersOfTexts() throws IOException {
        try (InputStream file = Files.newInputStream(ReferenceData.file("sentiment/movie_reviews.zip"));
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path path = folder.resolve(entry.getName()).normalize();
                if (!entry.isDirectory()
                        && path.startsWith(folder)
                        && entry.getName().endsWith(".txt")) {
                    Files.createDirectories(Objects.requireNonNull(path.getParent()));
                    Files.copy(zip, path);
                }
            }
        }
        Files.deleteIfExists(folder.resolve("movie_reviews/README.txt"));
        LabelledSet<?> set =
                Task.ofTexts(TaskKind.SINGLE_LABEL, TableColumns.usual()).read(folder.resolve("movie_reviews"));
        assertThat(set.labels()).containsExactly("neg", "pos");
        List<TextExample> examples = set.of(TextExample.class).examples();
        assertThat(examples).hasSize(2000);
        assertThat(examples.stream().filter(example -> example.target().equals(new Target.Label(1))))
                .hasSize(1000);
    }
}
