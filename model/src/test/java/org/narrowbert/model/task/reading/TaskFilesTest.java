package org.narrowbert.model.task.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.TaskFiles;

/** Where tasks' files are, and what they are called. */
class TaskFilesTest {
    @TempDir
    Path folder;

    private void make(String... files) throws IOException {
        for (String file : files) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.createFile(folder.resolve(file));
        }
    }

    @Test
    void aTaskIsFoundByItsNameInAnyLetters() {
        assertThat(Task.named("SST-2").name()).isEqualTo("sst2");
        assertThat(Task.named("squad_v2").name()).isEqualTo("squad-v2");
        assertThat(Task.named("CoLA").labels()).containsExactly("unacceptable", "acceptable");
        assertThat(Task.names()).hasSize(16).contains("amazon-5", "conll2003", "wordnet");
    }

    @Test
    void aNameThatNoTaskHasFindsNone() {
        assertThat(Task.find("sts-b").map(Task::name)).contains("stsb");
        assertThat(Task.find("ner")).isEmpty();
    }

    @Test
    void aMisspeltTaskIsRefusedWithTheNearest() {
        assertThatThrownBy(() -> Task.named("mnil"))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("there is no task 'mnil': did you mean mnli or ");
    }

    @Test
    void mnliHasTwoValidationPartsOfWhichTheFirstIsMatched() throws IOException {
        make("MNLI/train.tsv", "MNLI/dev_matched.tsv", "MNLI/dev_mismatched.tsv", "MNLI/test_matched.tsv");
        Path mnli = folder.resolve("MNLI");
        TaskFiles expected = new TaskFiles(
                Optional.of(mnli.resolve("train.tsv")),
                List.of(
                        new TaskFiles.Part("validation_matched", mnli.resolve("dev_matched.tsv")),
                        new TaskFiles.Part("validation_mismatched", mnli.resolve("dev_mismatched.tsv"))),
                List.of(new TaskFiles.Part("test_matched", mnli.resolve("test_matched.tsv"))));
        assertThat(Task.named("mnli").files(folder)).isEqualTo(expected);
        assertThat(Task.named("mnli").files(mnli)).isEqualTo(expected);
    }

    @Test
    void filesThatAreNotThereAreLeftOut() throws IOException {
        make("train-v2.0.json", "train-v1.1.json", "dev-v1.1.json", "test/pos/0_9.txt");
        assertThat(Task.named("squad").files(folder).validation()).hasSize(1);
        assertThat(Task.named("squad-v2").files(folder).train()).contains(folder.resolve("train-v2.0.json"));
        assertThat(Task.named("squad-v2").files(folder).validation()).isEmpty();
        assertThat(Task.named("imdb").files(folder).test())
                .containsExactly(new TaskFiles.Part("test", folder.resolve("test")));
    }

    @Test
    void aFolderWithoutAnyOfTheFilesIsRefusedWithTheirNames() throws IOException {
        assertThatThrownBy(() -> Task.named("rte").files(folder))
                .isInstanceOf(RunError.class)
                .hasMessage(
                        folder + " has none of the files of rte: train.tsv, dev.tsv, test.tsv were looked for, there"
                                + " and in RTE");
        assertThatThrownBy(() -> Task.named("rte").files(folder.resolve("gone")))
                .isInstanceOf(RunError.class)
                .hasMessage(folder.resolve("gone") + " is not a folder: name the folder with the files of rte");
    }
}
