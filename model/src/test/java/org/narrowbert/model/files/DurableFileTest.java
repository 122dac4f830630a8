package org.narrowbert.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

class DurableFileTest {
    @TempDir
    private Path folder;

    @Test
    void aWriteThatFailsHalfwayLeavesTheOldContentAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "old");
        assertThatThrownBy(() -> DurableFile.write(file, channel -> {
                    channel.write(ByteBuffer.wrap(new byte[100]));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(RunError.class)
                .hasMessage(file + " cannot be written: No space left on device");
        assertThat(file).hasContent("old");
        assertOnly(file);
    }

    @Test
    void aTemporaryFileThatAKilledProcessLeftIsNoObstacle() throws IOException {
        Path file = folder.resolve("a.json");
        Files.writeString(folder.resolve(".a.json.tmp"), "a half-written file of an earlier run");
        DurableFile.write(file, "new".getBytes(StandardCharsets.UTF_8));
        assertThat(file).hasContent("new");
        assertOnly(file);
    }

    @Test
    void aPlaceThatIsAFolderOrInNoFolderIsNamed() throws IOException {
        Path taken = Files.createDirectories(folder.resolve("taken"));
        Files.writeString(taken.resolve("inside"), "");
        assertThatThrownBy(() -> DurableFile.write(taken, new byte[1]))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(taken + " cannot be written: ");
        Path nowhere = folder.resolve("no").resolve("where");
        assertThatThrownBy(() -> DurableFile.write(nowhere, new byte[1]))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(nowhere + " cannot be written: ")
                .hasMessageEndingWith("does not exist");
        assertOnly(taken);
    }

    @Test
    void aFolderThatAKilledProcessLeftHalfWrittenIsNoObstacle() throws IOException {
        Path model = folder.resolve("model");
        Files.createDirectories(folder.resolve(".model.tmp").resolve("deep"));
        Files.writeString(folder.resolve(".model.tmp").resolve("deep").resolve("half"), "");
        DurableFolder.write(model, into -> DurableFile.write(into.resolve("new"), new byte[1]));
        try (Stream<Path> files = Files.list(model)) {
            assertThat(files).containsExactly(model.resolve("new"));
        }
        assertOnly(model);
    }

    @Test
    void aFolderWithSomethingElseInItIsNotReplaced() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.writeString(model.resolve("weights"), "old");
        Files.writeString(model.resolve("thesis.doc"), "years of work");
        assertThatThrownBy(() -> DurableFolder.replace(
                        model, "weights"::equals, into -> DurableFile.write(into.resolve("weights"), new byte[1])))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("that would delete thesis.doc");
        assertThat(model.resolve("weights")).hasContent("old");
        Files.delete(model.resolve("thesis.doc"));
        DurableFolder.replace(
                model, "weights"::equals, into -> DurableFile.write(into.resolve("weights"), new byte[3]));
        assertThat(model.resolve("weights")).hasSize(3);
        assertOnly(model);
    }

    @Test
    void aNewFolderMayTakeTheNameOfAnEmptyOneOnly() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        DurableFolder.write(model, into -> DurableFile.write(into.resolve("weights"), new byte[2]));
        assertThat(model.resolve("weights")).hasSize(2);
        assertOnly(model);
        assertThatThrownBy(
                        () -> DurableFolder.write(model, into -> DurableFile.write(into.resolve("other"), new byte[1])))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("exists");
        assertThat(model.resolve("other")).doesNotExist();
    }

    @Test
    void aPlaceThatTakesNoFoldersIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Path within = file.resolve("deep/model");
        assertThatThrownBy(() -> DurableFolder.write(within, into -> {}))
                .isInstanceOf(RunError.class)
                .hasMessage("the folder " + within + " cannot be written: " + file + " is a file, name another folder");
        // As in /proc, of which the JDK says that the new folder does not exist.
        Path model = folder.resolve("model");
        assertThat(FileProblem.making(model, folder.resolve(".model.tmp"), new NoSuchFileException(".model.tmp")))
                .hasMessage("the folder " + model + " cannot be written: no folder can be made in " + folder
                        + ", name another folder");
    }

    @Test
    void aFolderThatIsBeingWrittenIsNotWrittenByASecondOne() throws IOException {
        Path model = folder.resolve("model");
        DurableFolder.write(model, into -> {
            assertThatThrownBy(() -> DurableFolder.write(model, other -> {}))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("another run is writing to the folder");
            DurableFile.write(into.resolve("weights"), new byte[1]);
        });
        try (Stream<Path> files = Files.list(model)) {
            assertThat(files).containsExactly(model.resolve("weights"));
        }
        assertOnly(model);
    }

    private void assertOnly(Path file) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
