package org.narrowbert.ffm.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class LibrarySearchTest {
    private static final String NEW = "libnarrow.so.2";
    private static final String OLD = "libnarrow.so.1";
    private static final String PROPERTY = "narrowbert.narrow.path";
    private static final String VARIABLE = "NARROWBERT_NARROW_PATH";

    @TempDir
    private Path folder;

    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();

    private NativeLibrary find(List<String> first, List<String> last) {
        return new LibrarySearch("Narrow", List.of(NEW, OLD), PROPERTY, VARIABLE, first, last)
                .find(new Surroundings(variables, properties));
    }

    private NativeLibrary find() {
        return find(List.of(), List.of());
    }

    /** Makes a folder that holds a library that loads anywhere: a copy of a small one of the JDK's own. */
    private Path library(String place, String fileName) throws IOException {
        Path original = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("syslookup"));
        Path directory = Files.createDirectories(folder.resolve(place));
        Files.copy(original, directory.resolve(fileName));
        return directory;
    }

    private static Path fileOf(NativeLibrary library) {
        return switch (library) {
            case NativeLibrary.Found found -> found.file();
            case NativeLibrary.Unfit unfit -> throw new AssertionError(unfit.why());
            case NativeLibrary.Missing missing -> throw new AssertionError(missing.lookedAt());
        };
    }

    private static List<String> lookedAt(NativeLibrary library) {
        return library.lookedAt().stream().map(Object::toString).toList();
    }

    @Test
    void aPropertyComesBeforeAVariable() throws IOException {
        Path wanted = library("property", OLD);
        properties.put(PROPERTY, wanted.toString());
        variables.put(VARIABLE, library("variable", NEW).toString());
        assertThat(fileOf(find())).isEqualTo(wanted.resolve(OLD));
    }

    @Test
    void aListOfFoldersIsLookedAtInItsOrder() throws IOException {
        Path second = library("second", OLD);
        Path third = library("third", OLD);
        variables.put(VARIABLE, String.join(File.pathSeparator, folder + "/first", "" + second, "" + third));
        NativeLibrary library = find();
        assertThat(fileOf(library)).isEqualTo(second.resolve(OLD));
        assertThat(lookedAt(library))
                .containsExactly(
                        "property " + PROPERTY + ": not set",
                        "variable " + VARIABLE + ", " + folder + "/first: no such folder",
                        "variable " + VARIABLE + ", " + second + ": holds " + OLD);
    }

    @Test
    void theMostWantedFileNameOfAFolderIsTaken() throws IOException {
        library("both", OLD);
        Path wanted = library("both", NEW);
        properties.put("java.library.path", wanted.toString());
        assertThat(fileOf(find())).isEqualTo(wanted.resolve(NEW));
    }

    @Test
    void knownFoldersMayStartWithAVariableAndHoldWildcards() throws IOException {
        library("env/lib/python3.11/site-packages/nvidia/cu13/lib", OLD);
        Path wanted = library("env/lib/python3.12/site-packages/nvidia/cu13/lib", OLD);
        variables.put("VIRTUAL_ENV", folder.resolve("env").toString());
        List<String> pattern = List.of("${VIRTUAL_ENV}/lib/python3*/site-packages/nvidia/cu13/lib");
        assertThat(fileOf(find(pattern, List.of()))).isEqualTo(wanted.resolve(OLD));
        assertThat(fileOf(find(List.of(), pattern))).isEqualTo(wanted.resolve(OLD));
    }

    @Test
    void aFileThatIsNoLibraryIsNamedWithTheLoadersReason() throws IOException {
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.writeString(broken.resolve(OLD), "not a library");
        properties.put(PROPERTY, broken.toString());
        assertThat(find()).isInstanceOf(NativeLibrary.Missing.class);
        assertThat(lookedAt(find()))
                .anyMatch(place -> place.startsWith("property " + PROPERTY + ", " + broken + ": " + OLD)
                        && place.contains("is there but does not load: "));
    }

    @Test
    void aMissingLibraryListsEveryPlaceInOrder() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        properties.put("java.library.path", empty.toString());
        NativeLibrary library = find(List.of("${NARROW_HOME}/lib64"), List.of("/nonexistent/narrow*/lib64"));
        assertThat(library).isInstanceOf(NativeLibrary.Missing.class);
        List<String> places = lookedAt(library);
        assertThat(places)
                .startsWith(
                        "property " + PROPERTY + ": not set",
                        "variable " + VARIABLE + ": not set",
                        "java.library.path, " + empty + ": no " + NEW + " or " + OLD,
                        "${NARROW_HOME}/lib64: the variable is not set");
        assertThat(places.get(4)).startsWith("the system's loader: ");
        assertThat(places)
                .endsWith("/nonexistent/narrow*/lib64: no such folder")
                .hasSize(6);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theSystemsLoaderIsAskedByName() {
        NativeLibrary library = new LibrarySearch(
                        "C library", List.of("libc.so.6"), PROPERTY, VARIABLE, List.of(), List.of())
                .find(new Surroundings(Map.of(), Map.of()));
        assertThat(fileOf(library).isAbsolute()).isTrue();
        assertThat(fileOf(library).getFileName().toString()).startsWith("libc.so.6");
    }

    @Test
    void blankSettingsCountAsNotSet() {
        variables.put(VARIABLE, "  ");
        assertThat(lookedAt(find())).contains("variable " + VARIABLE + ": not set");
    }

    @Test
    void aSearchWithoutAFileNameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LibrarySearch("Narrow", List.of(), PROPERTY, VARIABLE, List.of(), List.of()))
                .withMessageContaining("Narrow");
    }
}
