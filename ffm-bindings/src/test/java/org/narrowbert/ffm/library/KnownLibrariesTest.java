package org.narrowbert.ffm.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class KnownLibrariesTest {
    private static final String FILE = "libnarrow.so.1";

    @TempDir
    private Path folder;

    private NativeLibrary find(LibraryVerdict verdict) throws IOException {
        Path original = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("syslookup"));
        Files.copy(original, folder.resolve(FILE));
        LibrarySearch search = new LibrarySearch(
                "Narrow", List.of(FILE), "narrowbert.narrow.path", "NARROWBERT_NARROW_PATH", List.of(), List.of());
        return new KnownLibrary(search, () -> verdict)
                .find(new Surroundings(Map.of(), Map.of("narrowbert.narrow.path", folder.toString())));
    }

    @Test
    void aLibraryThatIsTooOldIsFoundButNotUsed() throws IOException {
        NativeLibrary library = find(new LibraryVerdict.Unfit("2.6.3 is too old: 3 or newer is needed"));
        assertThat(library).isInstanceOfSatisfying(NativeLibrary.Unfit.class, unfit -> {
            assertThat(unfit.file()).isEqualTo(folder.resolve(FILE));
            assertThat(unfit.why()).isEqualTo("2.6.3 is too old: 3 or newer is needed");
            assertThat(unfit.lookedAt().getLast().outcome()).isEqualTo("holds " + FILE);
        });
    }

    @Test
    void aLibraryThatFitsSaysItsVersion() throws IOException {
        NativeLibrary library = find(new LibraryVerdict.Fit(Optional.of("3.2.0")));
        assertThat(library)
                .isInstanceOfSatisfying(
                        NativeLibrary.Found.class,
                        found -> assertThat(found.version()).contains("3.2.0"));
    }

    @Test
    void everyLibraryCanBePointedToByAVariableOfItsOwn() {
        assertThat(KnownLibraries.all())
                .extracting(known -> known.search().variable())
                .doesNotHaveDuplicates()
                .contains("NARROWBERT_BLAS_PATH", "NARROWBERT_ONEDNN_PATH")
                .allMatch(name -> name.matches("NARROWBERT_[A-Z]+_PATH"));
    }
}
