package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The archive of classes that the launcher makes after a build, so that commands start faster. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherArchiveTest extends LauncherFixture {
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

    @Test
    void leavesItsArchiveOutWhereFlagsNameAnother() throws Exception {
        launch("--help");
        for (String flag :
                List.of("-XX:AOTMode=auto", "-XX:AOTCache=some.aot", "-XX:SharedArchiveFile=some.jsa", "-Xshare:off")) {
            environment.put("NARROWBERT_JAVA_OPTS", flag);
            assertThat(launch("pretrain").out()).contains("<" + flag + ">\n").doesNotContain("classes.jsa", "-Xlog");
        }
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
}
