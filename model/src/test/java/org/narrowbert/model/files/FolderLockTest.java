package org.narrowbert.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;

class FolderLockTest {
    private final List<String> notices = new ArrayList<>();

    @TempDir
    private Path folder;

    private FolderLock lock() {
        return FolderLock.open(folder, notices::add);
    }

    @Test
    void aFolderIsLockedOnceAndFreeAgainWhenItsLockIsClosed() {
        try (FolderLock held = lock()) {
            assertThatThrownBy(this::lock)
                    .isInstanceOf(RunError.class)
                    .hasMessage("another run is writing to the folder " + folder + ", process "
                            + ProcessHandle.current().pid()
                            + ": wait until it ends, stop it, or name another folder");
            held.requireInPlace();
        }
        assertThatCode(() -> lock().close()).doesNotThrowAnyException();
        assertThat(notices).isEmpty();
    }

    @Test
    void whoAsksWhetherAFolderIsFreeChangesNothing() throws IOException {
        FolderLock.requireFree(folder);
        assertThat(folder).as("which no one ever locked").isEmptyDirectory();
        Path file = Files.writeString(folder.resolve(FolderLock.FILE), "17\n");
        FolderLock.requireFree(folder);
        assertThat(file).content().isEqualTo("17\n");
        try (FolderLock held = lock()) {
            assertThatThrownBy(() -> FolderLock.requireFree(folder))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid() + ": wait until it ends, stop it");
            assertThatThrownBy(this::lock).as("which is held yet").hasMessageContaining("another run");
            held.requireInPlace();
        }
        FolderLock.requireFree(folder);
    }

    /** Under POSIX a lock ends when its process closes any other channel to the file, such as one that was refused and collected. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aLockThatIsRefusedInTheSameProcessOpensNothing() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        try (FolderLock held = FolderLock.open(run, notices::add)) {
            Path link = Files.createSymbolicLink(folder.resolve("link"), run);
            for (Path name : List.of(run, link, run.resolve("../run"))) {
                assertThatThrownBy(() -> FolderLock.open(name, notices::add)).hasMessageContaining("another run");
            }
            assertThat(openFiles())
                    .filteredOn(run.toRealPath().resolve(FolderLock.FILE)::equals)
                    .hasSize(1);
            held.requireInPlace();
        }
        assertThat(openFiles()).doesNotContain(run.toRealPath().resolve(FolderLock.FILE));
    }

    private static List<Path> openFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    files.add(Files.readSymbolicLink(descriptor));
                } catch (NoSuchFileException _) {
                    // The descriptor of the listing itself, or of another test.
                }
            }
        }
        return files;
    }

    @Test
    void aLockThatIsRemovedIsFreeForAFolderOfTheSameName() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        try (FolderLock held = FolderLock.open(run, notices::add)) {
            held.remove();
            assertThat(run).isEmptyDirectory();
            assertThatThrownBy(() -> FolderLock.open(run, notices::add))
                    .as("until it is closed")
                    .hasMessageContaining("another run");
        }
        FolderLock.open(run, notices::add).close();
    }

    @Test
    void whatAnEarlierProcessLeftInTheFileLocksNothing() throws IOException {
        Path file = Files.writeString(folder.resolve(FolderLock.FILE), "99999999999999999999\n");
        lock().close();
        assertThat(file).content().isEqualTo(ProcessHandle.current().pid() + "\n");
    }

    @Test
    void aFolderThatWasMovedIsNoticed() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        try (FolderLock held = FolderLock.open(run, notices::add)) {
            Files.move(run, folder.resolve("elsewhere"));
            assertThatThrownBy(held::requireInPlace)
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("the folder " + run + " was moved or deleted");
            // Another folder of the same name is not the one that was locked.
            Files.createDirectory(run);
            assertThatThrownBy(held::requireInPlace).isInstanceOf(RunError.class);
        }
    }

    @Test
    void aFolderThatIsNotThereIsOneSentence() {
        assertThatThrownBy(() -> FolderLock.open(folder.resolve("absent"), notices::add))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("cannot be written")
                .hasMessageContaining("does not exist");
    }

    @Test
    void whereThereAreNoLocksTheRunGoesOnAndSaysSo() throws IOException {
        FaultyFiles faulty = new FaultyFiles();
        faulty.failAt(Integer.MAX_VALUE, FaultyFiles.Fault.FAILS);
        Path run = faulty.path(Files.createDirectory(folder.resolve("far")));
        FolderLock.open(run, notices::add).close();
        assertThat(notices)
                .singleElement()
                .asString()
                .contains("has no locks (Function not implemented)", "a second run");
    }
}
