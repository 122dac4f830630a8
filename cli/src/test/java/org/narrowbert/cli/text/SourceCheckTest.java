package org.narrowbert.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.ForkedRuns;
import org.narrowbert.cli.SmallParquet;

/** Files are looked at before anything else is done. */
class SourceCheckTest {
    @TempDir
    private Path folder;

    /** Runs a command with a tokenizer that does not exist, of which it would complain next. */
    private Cli withoutTokenizer(String command, String... files) {
        List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ", -1)));
        arguments.addAll(List.of("--tokenizer", folder.resolve("no-tokenizer").toString()));
        arguments.addAll(List.of("--output-dir", folder.resolve("out").toString(), "--text-column", "body"));
        arguments.addAll(Arrays.asList(files));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private void assertRefused(Cli run, String... words) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains(words).hasLineCount(1);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pretrain", "data prepare"})
    void aColumnThatIsNotThereIsToldBeforeATokenizerIsMade(String command) throws IOException {
        Path parquet = folder.resolve("words.parquet");
        Files.write(parquet, SmallParquet.bytes());
        Path lines = Files.writeString(folder.resolve("lines.jsonl"), "{\"text\": \"a dog\"}\n");
        Path text = Files.writeString(folder.resolve("words.txt"), "a dog\n");
        assertRefused(
                withoutTokenizer(command, "--train-file", parquet.toString()),
                parquet + " has no column 'body', it has text: name the column");
        assertRefused(
                withoutTokenizer(command, "--train-file", lines.toString()),
                lines + ", line 1, has no field 'body', it has text: name the field");
        assertRefused(
                withoutTokenizer(command, "--train-file", text.toString(), "--validation-file", parquet.toString()),
                parquet + " has no column 'body'");
    }

    @Test
    void aRunGoesOnWithoutTheFilesThatItsTextCameFrom() throws IOException {
        ForkedRuns runs = new ForkedRuns(folder, 120);
        assertThat(Cli.run(runs.arguments("run", "--max-steps", "2")).exitCode())
                .isZero();
        Files.delete(folder.resolve("text.txt"));
        Cli resumed = Cli.run(
                "pretrain", "--output-dir", runs.of("run").toString(), "--max-steps", "4", "--resume-from-checkpoint");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("going on from", "text.txt, prepared in");
    }
}
