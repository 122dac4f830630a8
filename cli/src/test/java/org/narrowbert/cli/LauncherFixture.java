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
import org.junit.jupiter.api.io.TempDir;

/** A project folder of a test's own whose JDK and Maven wrapper tell what they were asked. */
abstract class LauncherFixture {
    static final String INCUBATOR = "WARNING: Using incubator modules: jdk.incubator.vector";

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
    Path folder;

    Path project;
    final Map<String, String> environment = new HashMap<>();

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

    Shell.Result launch(String... arguments) throws IOException, InterruptedException {
        return Shell.run(folder, environment, project.resolve("narrowbert"), arguments);
    }

    Path archive() {
        return project.resolve("cli/target/launcher/classes.jsa");
    }

    List<String> builds() throws IOException {
        Path log = project.resolve("builds.txt");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    void assertAnswersHelp() throws IOException, InterruptedException {
        Shell.Result help = launch("--help");
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).startsWith("Usage: narrowbert").contains("plan");
        assertThat(help.exitCode()).isZero();
    }

    void withTheRealJvm(ThrowingRunnable commands) throws Exception {
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

    interface ThrowingRunnable {
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
