package org.narrowbert.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.Main;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ConfigurationTest {
    /** What the launcher, the search for libraries and the tests read, whatever command is run. */
    private static final List<String> RESERVED = List.of(
            "NARROWBERT_JAVA_OPTS",
            "NARROWBERT_DEBUG",
            "NARROWBERT_DATA",
            "NARROWBERT_MODELS",
            "NARROWBERT_NO_BUILD",
            "NARROWBERT_JDK",
            "NARROWBERT_JDK_FOLDERS",
            "NARROWBERT_LOG",
            "NARROWBERT_CONFIG");

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private Path config = Path.of("");

    @BeforeEach
    void names() {
        config = folder.resolve("run.yaml");
    }

    private Cli plan(String yaml, String... more) throws IOException {
        Files.writeString(config, yaml);
        return Cli.run(
                environment,
                Stream.concat(Stream.of("plan", "--config", config.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private static void refused(Cli run, String... words) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(words).doesNotContain("\tat ", "a bug");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aFileTellsOptionsUnderTheirNamesWithDashesOrUnderscores() throws IOException {
        Cli told = plan("size: mini\nmax_seq_length: 64\nper-device-train-batch-size: 3\ninference: true\n");
        assertThat(told.err()).isEmpty();
        assertThat(told.out())
                .contains("batch of 3 sequences of 64")
                .isEqualTo(Cli.run(
                                "plan",
                                "--size",
                                "mini",
                                "--max-seq-length",
                                "64",
                                "--per-device-train-batch-size",
                                "3",
                                "--inference")
                        .out());
    }

    @Test
    void theCommandLineWinsThenTheEnvironmentThenTheFileThenDefaults() throws IOException {
        String file = "size: mini\nmax_seq_length: 16\n";
        assertThat(plan("size: mini").out()).contains("sequences of 128:");
        assertThat(plan(file).out()).contains("sequences of 16:");
        environment.put("NARROWBERT_MAX_SEQ_LENGTH", "32");
        assertThat(plan(file).out()).contains("sequences of 32:");
        assertThat(plan(file, "--max-seq-length", "48").out()).contains("sequences of 48:");
    }

    @Test
    void aVariableThatIsEmptyOrOfAnotherNameTellsNothing() throws IOException {
        RESERVED.stream().filter(name -> !name.endsWith("CONFIG")).forEach(name -> environment.put(name, "0"));
        environment.put("NARROWBERT_MAX_SEQ_LENGTH", "");
        environment.put("NARROWBERT_NO_SUCH_OPTION", "7");
        Cli run = plan("size: mini");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("sequences of 128:");
    }

    @Test
    void noOptionTakesAVariableThatMeansSomethingElse() {
        assertThat(options(Main.commandLine()))
                .map(option -> "NARROWBERT_"
                        + option.names()[0]
                                .replaceFirst("--", "")
                                .replace('-', '_')
                                .toUpperCase(Locale.ROOT))
                .filteredOn(name -> !name.equals("NARROWBERT_DEBUG") && !name.equals("NARROWBERT_CONFIG"))
                .doesNotContainAnyElementsOf(RESERVED)
                .noneMatch(name -> name.endsWith("_PATH"));
    }

    private static Stream<OptionSpec> options(CommandLine command) {
        return Stream.concat(
                command.getCommandSpec().options().stream(),
                command.getSubcommands().values().stream().flatMap(ConfigurationTest::options));
    }

    @Test
    void aVariableNamesTheFileWhereTheCommandLineDoesNot() throws IOException {
        Files.writeString(config, "size: mini\nmax_seq_length: 16\n");
        environment.put("NARROWBERT_CONFIG", config.toString());
        assertThat(Cli.run(environment, "plan").out()).contains("sequences of 16:");
    }

    @Test
    void jsonIsReadByItsName() throws IOException {
        config = folder.resolve("run.json");
        assertThat(plan("{\n\t\"size\": \"mini\", \"max-seq-length\": 16}").out())
                .contains("sequences of 16:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`size: mini\nmax_seq_lenght: 5` | line 2: max_seq_lenght is no option | did you mean max_seq_length?",
                "`max-seq-lenght: 5` | line 1: max-seq-lenght is no option | did you mean max-seq-length?",
                "`bogus: 5` | line 1: bogus is no option of 'narrowbert plan' | ./narrowbert plan --help",
                "`config: a.yaml` | line 1: config is no option | 'narrowbert plan'",
                "`help: true` | line 1: help is no option | 'narrowbert plan'",
                "`max_seq_length: long` | line 1: max_seq_length is 'long' | it must be a whole number",
                "`max_seq_length: 12.0` | line 1: max_seq_length is '12.0' | it must be a whole number",
                "`inference: yes` | line 1: inference is 'yes' | it must be true or false",
                "`max_seq_length: true` | max_seq_length is 'true' | it must be a whole number",
                "`size: mini\nmax_seq_length: 8\nmax-seq-length: 9` | line 3: max-seq-length stands there twice | line 2",
                "`size: [tiny, mini]` | line 1: size is a list | one value",
                "`model:\n  size: mini` | line 2: model holds more names | one value or a list",
                "`size: ${HOME}` | '${HOME}' | tiny, mini",
                "`max_seq_length: 0` | --max-seq-length is 0 | told by",
                "`hidden_size: 30\nnum_attention_heads: 7` | hidden_size 30 | 7",
            })
    void aMistakeIsNamedWithItsFileAndLine(String yaml, String first, String second) throws IOException {
        refused(plan(yaml.replace("\\n", "\n")), first, second);
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        String none = folder.resolve("none.yaml").toString();
        refused(Cli.run("plan", "--config", none), "there is no configuration file " + none, "--config");
        refused(Cli.run("plan", "--config", folder.toString()), "is a folder");
    }

    @Test
    void aWrongVariableIsNamed() throws IOException {
        environment.put("NARROWBERT_THREADS", "many");
        refused(plan("size: mini"), "NARROWBERT_THREADS is 'many': it must be a whole number");
        environment.put("NARROWBERT_THREADS", "0");
        refused(plan("size: mini"), "--threads is 0", "told by NARROWBERT_THREADS");
    }

    @Test
    void listsAndSwitchesAndWhatIsRequiredCanBeTold() throws IOException {
        Path one = Files.writeString(folder.resolve("one.txt"), "Cats sat.\n");
        Path two = Files.writeString(folder.resolve("two.txt"), "Dogs sat.\n");
        Files.writeString(config, """
                train_file:
                  - %s
                  - %s
                output_dir: %s
                lowercase: false
                """.formatted(one, two, folder.resolve("cased")));
        Cli run = Cli.run("tokenizer", "train", "--config", config.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("6 words, 4 different");
        assertThat(folder.resolve("cased/vocab.txt")).content().contains("C\n").contains("D\n");

        environment.put("NARROWBERT_TRAIN_FILE", one + File.pathSeparator + two);
        environment.put("NARROWBERT_OUTPUT_DIR", folder.resolve("told").toString());
        assertThat(Cli.run(environment, "tokenizer", "train").out()).contains("6 words, 4 different");
        environment.put("NARROWBERT_OUTPUT_DIR", folder.resolve("given").toString());
        assertThat(Cli.run(environment, "tokenizer", "train", "--train-file", two.toString())
                        .out())
                .contains("3 words, 3 different");
    }

    @Test
    void textsAfterTheOptionsStayTexts() throws IOException {
        Files.writeString(config, "json: true\n");
        Cli run = Cli.run("tokenizer", "encode", "--config", config.toString(), "--", "--add-special-tokens");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("{\"text\":\"--add-special-tokens\"");
    }

    @Test
    void helpNeedsNoSoundConfiguration() throws IOException {
        assertThat(plan("bogus: 1", "--help").exitCode()).isZero();
    }
}
