package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.cli.doctor.BuildVersion;
import org.narrowbert.cli.exit.ExitPolicy;

/** The launcher, with a JDK and a Maven wrapper that tell what they were asked. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest extends LauncherFixture {
    @Test
    void passesEveryArgumentOnAsItIs() throws Exception {
        Shell.Result result = launch("fill-mask", "--text", "a  [MASK] *", "", "it's \"quoted\" $HOME", "--", "-x");
        assertThat(result.out())
                .contains("<org.narrowbert.cli/org.narrowbert.cli.Main>\n<fill-mask>\n<--text>\n<a  [MASK] *>\n<>\n"
                        + "<it's \"quoted\" $HOME>\n<-->\n<-x>\n");
    }

    @Test
    void givesTheExitCodeOfJava() throws Exception {
        environment.put("FAKE_EXIT", "42");
        assertThat(launch("pretrain").exitCode()).isEqualTo(42);
        assertThat(launch("--help").exitCode()).isEqualTo(42);
    }

    @Test
    void becomesTheJavaProcessSoThatSignalsReachIt() throws Exception {
        Shell.Result result = launch("pretrain");
        assertThat(result.out()).contains("pid " + result.pid() + "\n");
    }

    @Test
    void dropsTheIncubatorWarningAndNothingElse() throws Exception {
        Shell.Result result = launch("pretrain");
        assertThat(result.err())
                .doesNotContain("incubator")
                .contains("early words of the JVM\n")
                .contains("words of the program\n");
    }

    @Test
    void dropsTheIncubatorWarningWhereTheTemporaryFolderIsMissing() throws Exception {
        environment.put("TMPDIR", "/nonexistent");
        assertThat(launch("pretrain").err()).doesNotContain("incubator").contains("words of the program\n");
    }

    @Test
    void leavesNothingBehindInTheTemporaryFolder() throws Exception {
        launch("pretrain");
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("narrowbert-"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--help", "-h", "help", "pretrain --help", "plan -h", "tokenizer train"})
    void leavesTheVectorModuleOutWhereNothingIsComputed(String line) throws Exception {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ", -1);
        assertThat(launch(arguments).out()).doesNotContain("jdk.incubator.vector");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pretrain", "doctor", "fill-mask --text hello", "fill-mask -- --help"})
    void addsTheVectorModuleToCommandsThatCompute(String line) throws Exception {
        assertThat(launch(line.split(" ", -1)).out()).contains("<--add-modules>\n<jdk.incubator.vector>\n");
    }

    @Test
    void answersItsVersionWithoutAnyJdk() throws Exception {
        environment.put("JAVA_HOME", "");
        environment.put("PATH", "/nonexistent");
        environment.put("NARROWBERT_JDK_FOLDERS", "");
        Shell.Result result = launch("--version");
        assertThat(result.out()).isEqualTo("narrowbert " + BuildVersion.read() + "\n");
        assertThat(result.exitCode()).isZero();
        assertThat(builds()).isEmpty();
    }

    @Test
    void saysWhichJdkIsNeededWhereThereIsNone() throws Exception {
        environment.put("JAVA_HOME", "");
        environment.put("PATH", "/nonexistent");
        environment.put("NARROWBERT_JDK_FOLDERS", "");
        Shell.Result result = launch("pretrain");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).contains("JDK 25.0.3");
    }

    @Test
    void buildsOnceWhereNothingIsBuiltAndSaysSoInOneLine() throws Exception {
        Shell.Result first = launch("--help");
        Shell.Result second = launch("--help");
        assertThat(builds()).hasSize(1);
        assertThat(first.err().lines().filter(line -> line.startsWith("narrowbert:")))
                .satisfiesExactly(
                        line -> assertThat(line).contains("building the project"),
                        line -> assertThat(line).contains("archiving the classes"));
        assertThat(second.err()).doesNotContain("building").doesNotContain("archiving");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cli/src/main/java", "model/parquet/src/main/java", "model/parquet/library/src/main/java"})
    void buildsAgainWhenASourceIsNewerThanTheBuild(String sources) throws Exception {
        launch("--help");
        Path source = Files.writeString(
                Files.createDirectories(project.resolve(sources)).resolve("New.java"), "class New {}");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        launch("--help");
        assertThat(builds()).hasSize(2);
    }

    @Test
    void showsTheErrorOfABuildThatFails() throws Exception {
        environment.put("FAKE_BUILD", "1");
        Shell.Result result = launch("pretrain");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("[ERROR] a wrong line", "the build failed");
        assertThat(result.out()).isEmpty();
        assertThat(project.resolve("cli/target/launcher.lock")).doesNotExist();
    }

    @Test
    void takesOverTheLockOfABuildThatDied() throws Exception {
        Path lock = Files.createDirectories(project.resolve("cli/target/launcher.lock"));
        Files.writeString(lock.resolve("owner"), "999999999\n");
        assertThat(launch("--help").exitCode()).isZero();
        assertThat(builds()).hasSize(1);
    }

    @Test
    void handsFurtherFlagsToTheJvm() throws Exception {
        environment.put("NARROWBERT_JAVA_OPTS", "-Xmx3g  -Dkey=value");
        assertThat(launch("pretrain").out()).contains("<-Xmx3g>\n<-Dkey=value>\n");
    }

    @Test
    void keepsTheTokenizerLibraryOffTheNetworkAndToOneCore() throws Exception {
        assertThat(launch("pretrain").out()).contains("telemetry true true parallelism false\n");
    }

    @Test
    void worksThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), project.resolve("narrowbert"));
        Shell.Result result = Shell.run(folder, environment, link, "--version");
        assertThat(result.out()).startsWith("narrowbert ");
    }

    /** With the real JVM and the modules under test. */
    @Test
    void neverShowsTheIncubatorWarningOfARealJvm() throws Exception {
        withTheRealJvm(() -> {
            Shell.Result wrong = launch("plan", "--no-such-option");
            assertThat(wrong.err())
                    .as(wrong.out())
                    .startsWith("narrowbert: --no-such-option is not an option of 'narrowbert plan'")
                    .doesNotContain("WARNING");
            assertThat(wrong.exitCode()).isEqualTo(ExitPolicy.WRONG_USAGE);
            assertAnswersHelp();
        });
    }
}
