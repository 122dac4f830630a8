package org.narrowbert.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.FolderContent;
import org.narrowbert.cli.ForkedRuns;

/** A run that is not resumed is not touched either. */
class RefusedResumeTest {
    @TempDir
    private Path folder;

    private ForkedRuns runs;

    @BeforeEach
    void layOut() {
        runs = new ForkedRuns(folder, 120);
    }

    private Cli run(String run, String... more) {
        return Cli.run(runs.arguments(run, more));
    }

    private static void assertRefused(Cli run, int exitCode, String sentence) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(sentence).hasLineCount(1);
    }

    @Test
    void aCheckpointOfAnotherSeedIsRefusedAndNothingChanges() throws IOException {
        assertThat(run("a", "--max-steps", "4", "--save-steps", "2").exitCode()).isZero();
        Path checkpoint = runs.of("a").resolve("checkpoint-4");
        Path state = checkpoint.resolve("trainer_state.json");
        Files.writeString(state, summed(Files.readString(state).replace("\"seed\": 42", "\"seed\": 41")));
        SortedMap<String, String> before = FolderContent.of(runs.of("a"));
        assertRefused(
                run("a", "--max-steps", "8", "--resume-from-checkpoint"),
                2,
                checkpoint + " was trained with --seed 41, not with 42");
        assertThat(FolderContent.of(runs.of("a"))).isEqualTo(before);
    }

    /** With the checksum that the file ends with. */
    private static String summed(String state) {
        String zeros = state.replaceFirst("(?<=\"state_crc32c\": \")[0-9a-f]{8}", "00000000");
        CRC32C crc = new CRC32C();
        crc.update(zeros.getBytes(StandardCharsets.ISO_8859_1));
        return zeros.replace("\"state_crc32c\": \"00000000", "\"state_crc32c\": \"%08x".formatted(crc.getValue()));
    }

    @Test
    void otherTextUnderTheSameNameIsRefusedAndNothingChanges() throws IOException {
        assertThat(run("a", "--max-steps", "4").exitCode()).isZero();
        Files.writeString(
                folder.resolve("text.txt"), "The dog sat on the cat.\n\nThe mat looked at the dog.\n\n".repeat(40));
        moveData("a", "kept");
        SortedMap<String, String> before = FolderContent.of(runs.of("a"));
        assertRefused(
                run("a", "--max-steps", "8", "--resume-from-checkpoint"),
                2,
                "was trained on other text than that in " + runs.of("a").resolve("data"));
        assertThat(FolderContent.of(runs.of("a"))).isEqualTo(before);
    }

    private void moveData(String run, String to) throws IOException {
        Files.move(runs.of(run).resolve("data"), folder.resolve(to));
    }

    @Test
    void aLogThatIsNoneOfARunIsRefusedAndNothingChanges() throws IOException {
        assertThat(run("a", "--max-steps", "4", "--save-steps", "2").exitCode()).isZero();
        Path metrics = runs.of("a").resolve("metrics.jsonl");
        Files.writeString(metrics, Files.readString(metrics) + "not a line\n");
        SortedMap<String, String> before = FolderContent.of(runs.of("a"));
        assertRefused(
                run(
                        "a",
                        "--max-steps",
                        "8",
                        "--resume-from-checkpoint",
                        runs.of("a").resolve("checkpoint-2").toString()),
                1,
                "metrics.jsonl line ");
        assertThat(FolderContent.of(runs.of("a"))).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nowhere | FOLDER/nowhere, which does not exist: name a folder checkpoint-STEP, or the folder of a run"
                        + " that has one; or leave the name out to go on with what is in FOLDER/new",
                "a/checkpoint-3 | FOLDER/a/checkpoint-3, which does not exist: name a folder checkpoint-STEP, or the"
                        + " folder of a run that has one (FOLDER/a has checkpoint-4, checkpoint-2); or leave",
                "empty | FOLDER/empty, which is neither one itself (it has no trainer_state.json) nor has a folder"
                        + " checkpoint-STEP in it: name",
                "text.txt | FOLDER/text.txt, which is a file: name",
                "new | FOLDER/new, which does not exist: name",
            })
    void aNameThatStandsForNoCheckpointIsRefusedAndNoRunBegins(String named, String sentence) throws IOException {
        Files.createDirectories(folder.resolve("a/checkpoint-2"));
        Files.createDirectory(folder.resolve("a/checkpoint-4"));
        Files.createDirectory(folder.resolve("empty"));
        Cli refused =
                run("new", "--resume-from-checkpoint", folder.resolve(named).toString());
        assertRefused(
                refused,
                1,
                "narrowbert: there is no checkpoint to resume from at "
                        + sentence.replace("FOLDER", folder.toString()));
        assertThat(refused.out()).isEmpty();
        assertThat(runs.of("new")).doesNotExist();
    }

    @Test
    void aRunThatBeginsWhereOneCouldHaveBeenResumedSaysSo() {
        Cli begun = run("a", "--max-steps", "2", "--resume-from-checkpoint");
        assertThat(begun.exitCode()).as(begun.err()).isZero();
        assertThat(begun.out()).contains("there is no checkpoint in " + runs.of("a") + " yet: a new run begins\n");
        Cli again = run("a", "--max-steps", "2", "--resume-from-checkpoint");
        assertThat(again.out()).contains("going on from").doesNotContain("a new run begins");
    }
}
