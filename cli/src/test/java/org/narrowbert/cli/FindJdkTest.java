package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that the Maven wrapper and the launcher find their JDK with. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class FindJdkTest {
    @TempDir
    private Path folder;

    private Path path;
    private Path jdks;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void emptyPathAndFolders() throws IOException {
        path = Files.createDirectory(folder.resolve("path"));
        jdks = Files.createDirectory(folder.resolve("jdks"));
        environment.put("PATH", path.toString());
        environment.put("NARROWBERT_JDK_FOLDERS", jdks.toString());
    }

    private Shell.Result find() throws IOException, InterruptedException {
        return Shell.run(folder, environment, Shell.PROJECT.resolve(".mvn/find-jdk.sh"));
    }

    private void assertFinds(Path jdk) throws IOException, InterruptedException {
        Shell.Result result = find();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo(jdk + "\n");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void takesTheJdkThatJavaHomeNames() throws Exception {
        Path named = Shell.jdk(folder.resolve("named"), "25.0.3");
        Shell.jdk(jdks.resolve("other"), "25.0.4");
        environment.put("JAVA_HOME", named.toString());
        assertFinds(named);
    }

    @Test
    void looksOnWhereJavaHomeIsTooOld() throws Exception {
        Path fit = Shell.jdk(folder.resolve("fit"), "25.0.10");
        environment.put("JAVA_HOME", Shell.jdk(folder.resolve("old"), "17.0.15").toString());
        environment.put("JAVA25_HOME", fit.toString());
        assertFinds(fit);
    }

    @Test
    void refusesJdk25_0_1NamingTheNeededVersion() throws Exception {
        Path early = Shell.jdk(jdks.resolve("early"), "25.0.1");
        Shell.Result result = find();
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("25.0.3 or newer", "JDK 25.0.1 in " + early, "too old");
    }

    @Test
    void refusesTheFirst25WhichHasNoPatchNumber() throws Exception {
        environment.put("JAVA_HOME", Shell.jdk(folder.resolve("first"), "25").toString());
        assertThat(find().exitCode()).isEqualTo(1);
    }

    @Test
    void saysInOneSentenceWhatToInstallWhereThereIsNone() throws Exception {
        Shell.Result result = find();
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).contains("JDK 25.0.3", "install", "JAVA_HOME");
    }

    @Test
    void prefersA25OverANewerOneItComesAcross() throws Exception {
        Shell.jdk(jdks.resolve("a-26"), "26.0.1");
        Path fit = Shell.jdk(jdks.resolve("b-25"), "25.0.3");
        assertFinds(fit);
    }

    @Test
    void takesANewerOneWhereThereIsNo25() throws Exception {
        Shell.jdk(jdks.resolve("a"), "25.0.2");
        Path newer = Shell.jdk(jdks.resolve("b"), "26");
        assertFinds(newer);
    }

    @Test
    void takesANewerOneThatAVariableNames() throws Exception {
        Shell.jdk(jdks.resolve("fit"), "25.0.3");
        Path newer = Shell.jdk(folder.resolve("newer"), "27.0.1");
        environment.put("JDK_HOME", newer.toString());
        assertFinds(newer);
    }

    @Test
    void followsTheLinksOfTheCompilerOnThePath() throws Exception {
        Path fit = Shell.jdk(folder.resolve("fit"), "25.0.3");
        Path link = Files.createSymbolicLink(folder.resolve("alternatives"), fit.resolve("bin/javac"));
        Files.createSymbolicLink(path.resolve("javac"), link);
        Files.copy(tool("readlink"), path.resolve("readlink"));
        assertFinds(fit.toRealPath());
    }

    @Test
    void passesOverARuntimeWithoutACompiler() throws Exception {
        Path runtime = Shell.jdk(jdks.resolve("a-runtime"), "25.0.3");
        Files.delete(runtime.resolve("bin/javac"));
        Path fit = Shell.jdk(jdks.resolve("b"), "25.0.3");
        assertFinds(fit);
    }

    @Test
    void findsAJdkThatMacOsKeepsUnderContentsHome() throws Exception {
        Path fit = Shell.jdk(jdks.resolve("temurin-25.jdk/Contents/Home"), "25.0.3");
        assertFinds(fit);
    }

    @Test
    void readsAReleaseFileWithWindowsLineEnds() throws Exception {
        Path fit = Shell.jdk(jdks.resolve("fit"), "25.0.3");
        Files.writeString(fit.resolve("release"), "IMPLEMENTOR=\"Nobody\"\r\nJAVA_VERSION=\"25.0.3\"\r\n");
        assertFinds(fit);
    }

    @Test
    void findsFoldersWithBlanksInTheirNames() throws Exception {
        Path vendor = folder.resolve("Eclipse Adoptium");
        Path fit = Shell.jdk(vendor.resolve("jdk 25"), "25.0.3");
        environment.put("NARROWBERT_JDK_FOLDERS", "/nonexistent:" + vendor);
        assertFinds(fit);
    }

    private static Path tool(String name) {
        for (String place : new String[] {"/usr/bin", "/bin"}) {
            Path tool = Path.of(place, name);
            if (Files.isExecutable(tool)) {
                return tool;
            }
        }
        throw new AssertionError(name + " is in neither /usr/bin nor /bin");
    }
}
