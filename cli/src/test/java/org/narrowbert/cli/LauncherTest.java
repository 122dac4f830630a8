package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.cli.doctor.BuildVersion;
import org.narrowbert.cli.exit.ExitPolicy;

/** The launcher, in a project folder of the test's own whose JDK and Maven wrapper tell what they were asked. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
    private static final String INCUBATOR = "WARNING: Using incubator modules: jdk.incubator.vector";

    /** Speaks as the JVM does before main and after it, and repeats its arguments and what it was handed. */
    private static final String JAVA = """
        #!/bin/sh
        echo '%s' >&2
        echo 'early words of the JVM' >&2
        for argument in "$@"; do printf '<%%s>\\n' "$argument"; done
        printf 'pid %%s\\n' "$$"
        for argument in "$@"; do
          case $argument in
          -XX:DumpLoadedClassList=*) echo 'java/lang/Object id: 0' >"${argument#*=}" ;;
          -XX:SharedArchiveFile=*) archive=${argument#*=} ;;
          -Xshare:dump) dumps=yes ;;
          esac
        done
        if [ -n "${dumps-}" ] && [ -z "${FAKE_ARCHIVE_FAILS-}" ]; then cat classes.txt >"$archive"; fi
        printf 'telemetry %%s %%s parallelism %%s\\n' "$OPT_OUT_TRACKING" "$DJL_OFFLINE" "$TOKENIZERS_PARALLELISM"
        case $* in *-Dnarrowbert.stderr=3*) echo 'words of the program' >&3 ;; esac
        exit "${FAKE_EXIT:-0}"
        """.formatted(INCUBATOR);

    /** Notes that it was called and leaves what a build leaves. */
    private static final String MAVEN_WRAPPER = """
        #!/bin/sh
        echo "$@" >>builds.txt
        [ "${FAKE_BUILD:-0}" = 0 ] || { echo '[ERROR] a wrong line'; exit 1; }
        mkdir -p cli/target/launcher/lib
        echo built >cli/target/launcher/built.txt
        """;

    @TempDir
    private Path folder;

    private Path project;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void projectWithoutABuild() throws IOException {
        project = Files.createDirectory(folder.resolve("project"));
        Files.createDirectories(project.resolve(".mvn"));
        Files.createDirectories(project.resolve("cli/src/main/java"));
        for (String file : List.of("narrowbert", ".mvn/find-jdk.sh", "pom.xml", "cli/pom.xml")) {
            Files.copy(Shell.PROJECT.resolve(file), project.resolve(file));
        }
        Shell.executable(project.resolve("mvnw"), MAVEN_WRAPPER);
        setTimes(project, Instant.parse("2026-01-01T00:00:00Z"));
        environment.put("PATH", System.getenv("PATH"));
        environment.put("TMPDIR", folder.toString());
        environment.put(
                "JAVA_HOME", Shell.jdk(folder.resolve("jdk"), "25.0.3", JAVA).toString());
    }

    private static void setTimes(Path root, Instant time) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.setLastModifiedTime(file, FileTime.from(time));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.setLastModifiedTime(directory, FileTime.from(time));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private Shell.Result launch(String... arguments) throws IOException, InterruptedException {
        return Shell.run(folder, environment, project.resolve("narrowbert"), arguments);
    }

    private Path archive() {
        return project.resolve("cli/target/launcher/classes.jsa");
    }

    private List<String> builds() throws IOException {
        Path log = project.resolve("builds.txt");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

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

    @Test
    void archivesClassesAfterTheBuildAndStartsEveryCommandFromThem() throws Exception {
        launch("--help");
        assertThat(archive()).content().isEqualTo("java/lang/Object\n".repeat(3));
        for (String line : List.of("--help", "tokenizer train", "pretrain")) {
            assertThat(launch(line.split(" ", -1)).out())
                    .as(line)
                    .contains("<-XX:SharedArchiveFile=" + archive().toRealPath() + ">\n")
                    .contains("<-Xlog:cds*=off,aot*=off>\n");
        }
    }

    @Test
    void runsWithoutAnArchiveThatCouldNotBeMade() throws Exception {
        environment.put("FAKE_ARCHIVE_FAILS", "1");
        Shell.Result first = launch("pretrain");
        Shell.Result second = launch("pretrain");
        assertThat(first.err()).contains("narrowbert: no archive could be made");
        assertThat(second.err()).doesNotContain("archive");
        assertThat(second.out()).contains("<pretrain>\n").doesNotContain("SharedArchiveFile");
        assertThat(second.exitCode()).isZero();
    }

    @Test
    void leavesVariablesForCommandsOutOfTheArchivesTraining() throws Exception {
        environment.put("NARROWBERT_JAVA_OPTS", "-Xmx3g");
        environment.put("NARROWBERT_OUTPUT_DIR", "elsewhere");
        environment.put("JAVA_TOOL_OPTIONS", "-Xmx3g");
        Path seen = folder.resolve("seen.txt");
        String noting = "#!/bin/sh\nenv >>" + seen + "\necho \"$@\" >>" + seen + "\necho end of run >>" + seen + "\n";
        environment.put(
                "JAVA_HOME",
                Shell.jdk(folder.resolve("noting"), "25.0.3", noting).toString());
        launch("pretrain");
        String[] runs = Files.readString(seen).split("end of run\n", -1);
        assertThat(runs[0]).contains("Main model init").doesNotContain("-Xmx3g", "elsewhere");
        assertThat(runs[runs.length - 2]).contains("Main pretrain", "-Xmx3g", "elsewhere");
    }

    @Test
    void makesTheArchiveAgainAfterEachBuild() throws Exception {
        launch("--help");
        Files.writeString(archive(), "old");
        Path source = Files.writeString(project.resolve("cli/src/main/java/New.java"), "class New {}");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        launch("--help");
        assertThat(archive()).content().startsWith("java/lang/Object\n");
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

    @Test
    void aRealJvmSaysNothingOfAnArchiveThatItCannotUse() throws Exception {
        withTheRealJvm(() -> {
            Files.writeString(archive(), "no archive of classes");
            assertAnswersHelp();
            Files.write(archive(), new byte[100_000]);
            assertAnswersHelp();
        });
    }

    @Test
    void aRealJvmMapsTheArchiveAndRunsWithAnotherCollectorToo() throws Exception {
        withTheRealJvm(() -> {
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            String dump = "exec " + java + " -XX:+UseSerialGC -Xshare:dump -XX:SharedArchiveFile=" + archive();
            Shell.run(folder, Map.of(), Shell.executable(folder.resolve("dump"), dump));
            assertThat(archive()).isNotEmptyFile();
            environment.put("NARROWBERT_JAVA_OPTS", "-Xlog:cds*=info,aot*=info");
            assertThat(launch("--help").out())
                    .contains("Opened shared archive file " + archive().toRealPath());
            environment.put("NARROWBERT_JAVA_OPTS", "-XX:-UseSerialGC -XX:+UseZGC");
            assertAnswersHelp();
        });
    }

    private void assertAnswersHelp() throws IOException, InterruptedException {
        Shell.Result help = launch("--help");
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).startsWith("Usage: narrowbert").contains("plan");
        assertThat(help.exitCode()).isZero();
    }

    private void withTheRealJvm(ThrowingRunnable commands) throws Exception {
        Path lib = Files.createDirectories(project.resolve("cli/target/launcher/lib"));
        Files.writeString(project.resolve("cli/target/launcher/built.txt"), "built");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        List<Path> links = new ArrayList<>();
        try {
            int number = 0;
            for (String entry : modules()) {
                Path module = Path.of(entry).toAbsolutePath();
                if (Files.isDirectory(module)) {
                    copy(module, lib.resolve(number++ + "-classes"));
                } else {
                    Path link = lib.resolve(module.getFileName());
                    links.add(Files.createSymbolicLink(link, module));
                }
            }
            commands.run();
        } finally {
            for (Path link : links) {
                Files.delete(link);
            }
        }
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    /** The module path of this test and, of its class path, the libraries that the launcher lets call native code. */
    private static List<String> modules() {
        Stream<String> modulePath =
                Stream.of(System.getProperty("jdk.module.path").split(File.pathSeparator));
        Stream<String> classPath =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator));
        return Stream.concat(modulePath, classPath.filter(entry -> entry.matches(".*/(jna|jline-native)-[0-9.]+jar")))
                .toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
