package org.narrowbert.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.Main;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.model.config.CostModelFile;
import org.narrowbert.model.config.RunConfig;

class RunRecordTest {
    /** Options without a value say something by having none. */
    private static final Set<String> ABSENT = Set.of(
            "train-file",
            "document-unit",
            "encoding-errors",
            "gradient-checkpointing-layers",
            "text-column",
            "train-data",
            "validation-split-percentage",
            "validation-file",
            "tokenizer-name",
            "size",
            "max-eval-samples",
            "num-train-epochs",
            "warmup-ratio",
            "lr-end",
            "lr-power",
            "lr-num-cycles",
            "save-total-limit",
            "stop-on-loss-spike",
            "max-train-time",
            "threads");

    private static final Set<String> DEEDS = Set.of("overwrite-output-dir", "resume-from-checkpoint");

    @TempDir
    private Path folder;

    private Cli pretrain(String output, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("pretrain", "--output-dir", folder.resolve(output).toString()));
        arguments.addAll(Arrays.asList(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private Cli first(String output, String... more) throws IOException {
        Path text = folder.resolve("text.txt");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 120; i++) {
            lines.append("The cat number ").append(i).append(" sat on the mat and looked at the dog.\n\n");
        }
        Files.writeString(text, lines);
        List<String> told = new ArrayList<>(List.of(
                "--train-file",
                text.toString(),
                "--max-seq-length",
                "16",
                "--layout",
                "[{sf}2]:sf",
                "--num-hidden-layers",
                "3",
                "--hidden-size",
                "32",
                "--num-attention-heads",
                "2",
                "--learning-rate",
                "0.002",
                "--max-steps",
                "4"));
        told.addAll(Arrays.asList(more));
        Cli run = pretrain(output, told.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private byte[] weights(String run) throws IOException {
        return Files.readAllBytes(folder.resolve(run).resolve("model.safetensors"));
    }

    private Path record(String run) {
        return folder.resolve(run).resolve(RunConfig.FILE);
    }

    @Test
    void theRecordRepeatsTheRunBitForBit() throws IOException {
        first("a", "--token-keep-random", "0.3", "--lr-scheduler-type", "cosine");
        Cli again = pretrain("b", "--config", record("a").toString());
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(weights("b")).isEqualTo(weights("a"));
        RunConfig b = RunConfig.read(record("b"));
        assertThat(RunConfig.read(record("a")).differences(b, Set.of("output-dir")))
                .isEmpty();
    }

    @Test
    void theRecordHoldsEveryOptionThatHasAValue() throws IOException {
        first("a");
        Set<String> names = new TreeSet<>();
        Objects.requireNonNull(Main.commandLine().getSubcommands().get("pretrain"))
                .getCommandSpec()
                .options()
                .forEach(option -> names.add(option.longestName().substring(2)));
        names.removeAll(Set.of("help", "version", "debug", "config"));
        names.removeAll(ABSENT);
        names.removeAll(DEEDS);
        RunConfig told = RunConfig.read(record("a"));
        assertThat(told.values().keySet()).containsAll(names).doesNotContainAnyElementsOf(DEEDS);
        assertThat(told.value("learning-rate")).contains("0.002");
        assertThat(told.value("max-steps")).contains("4");
        assertThat(told.value("warmup-steps")).contains("1");
        assertThat(told.value("hidden-act")).contains("gelu");
    }

    @Test
    void aRunThatIsResumedTakesFromItsRecordWhatItIsNotTold() throws IOException {
        first("whole", "--max-steps", "6");
        first("cut", "--max-steps", "6", "--save-steps", "3");
        Path run = folder.resolve("cut");
        try (var files = Files.list(run.resolve("checkpoint-6"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Cli resumed = pretrain("cut", "--resume-from-checkpoint", "--threads", "1", "--logging-steps", "2");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("going on from " + run.resolve("checkpoint-3"));
        assertThat(weights("cut")).isEqualTo(weights("whole"));
    }

    @Test
    void aRunIsNotResumedAsAnotherOne() throws IOException {
        first("a");
        Cli refused = pretrain("a", "--resume-from-checkpoint", "--learning-rate", "0.001", "--max-steps", "8");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("--learning-rate is 0.001, the run was started with 0.002")
                .doesNotContain("max-steps")
                .hasLineCount(1);
        Cli two = pretrain(
                "a", "--resume-from-checkpoint=" + folder.resolve("a/checkpoint-4"), "--size", "mini", "--seed", "1");
        assertThat(two.err())
                .contains("--size is mini, the run was started without it")
                .contains("--seed is 1, the run was started with 42");
        assertThat(RunConfig.read(record("a")).value("learning-rate")).contains("0.002");
    }

    @Test
    void aRunIsNotResumedWithAnotherLastLayerWhichWouldChangeItsBits() throws IOException {
        first("a");
        assertThat(RunConfig.read(record("a")).value("narrow-last-layer")).contains("auto");
        Cli otherForm =
                pretrain("a", "--resume-from-checkpoint", "--narrow-attention", "projected", "--max-steps", "8");
        assertThat(otherForm.exitCode()).isEqualTo(2);
        assertThat(otherForm.err()).contains("--narrow-attention is projected, the run was started with auto");
        Cli refused = pretrain("a", "--resume-from-checkpoint", "--narrow-last-layer", "off", "--max-steps", "8");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("--narrow-last-layer is off, the run was started with auto")
                .hasLineCount(1);
    }

    @Test
    void aRunKeepsTheRatesThatItBeganWithWhateverTheirFileSaysByThen() throws IOException {
        Path file = folder.resolve("rates.json");
        CostModelFile.write(file, new CostModel(100, 50, 70.5, 20), 2);
        first("a", "--cost-model", file.toString());
        String rates = "product=100,attention=50,absorbed=70.5,memory=20";
        assertThat(RunConfig.read(record("a")).value("cost-model")).contains(rates);
        assertThat(RunConfig.read(folder.resolve("a/checkpoint-4").resolve(RunConfig.FILE))
                        .value("cost-model"))
                .contains(rates);
        CostModelFile.write(file, new CostModel(100, 50, 71, 20), 2);
        Cli refused = pretrain("a", "--resume-from-checkpoint", "--cost-model", file.toString(), "--max-steps", "8");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("--cost-model is product=100,attention=50,absorbed=71,memory=20", "was started with " + rates)
                .hasLineCount(1);
        Cli resumed = pretrain("a", "--resume-from-checkpoint", "--max-steps", "6");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(RunConfig.read(record("a")).value("cost-model")).contains(rates);
    }

    @Test
    void aRunThatWasBegunBeforeLastLayersWereNarrowedGoesOnAsItBegan() throws IOException {
        first("a", "--narrow-last-layer", "off");
        List<String> lines = Files.readAllLines(record("a"));
        assertThat(lines.removeIf(line -> line.startsWith("narrow-last-layer"))).isTrue();
        Files.write(record("a"), lines);
        RunConfig told = RunConfig.read(record("a"));
        RunRecord.refuseDifferences(told.with(Map.of("narrow-last-layer", "off")), folder.resolve("a"));
        assertThatThrownBy(() -> RunRecord.refuseDifferences(
                        told.with(Map.of("narrow-last-layer", "auto")), folder.resolve("a")))
                .hasMessageContaining("--narrow-last-layer is auto, the run was started with off");
        Cli resumed = pretrain("a", "--resume-from-checkpoint", "--max-steps", "6");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(RunConfig.read(record("a")).value("narrow-last-layer")).contains("off");
    }

    @Test
    void aCheckpointOfOneRunDoesNotGoOnInTheFolderOfAnother() throws IOException {
        first("a", "--save-steps", "2");
        first("b", "--seed", "43");
        List<String> before = Files.readAllLines(folder.resolve("b/metrics.jsonl"));
        for (String named : List.of("a", "a/checkpoint-2")) {
            Cli refused = pretrain(
                    "b", "--resume-from-checkpoint", folder.resolve(named).toString());
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err())
                    .contains("--output-dir " + folder.resolve("b") + " is not empty", "is not of the run in it")
                    .hasLineCount(1);
        }
        assertThat(folder.resolve("b/checkpoint-4")).isDirectory();
        assertThat(folder.resolve("b/metrics.jsonl")).hasContent(String.join("\n", before));
        Cli anew = pretrain(
                "c",
                "--resume-from-checkpoint",
                folder.resolve("a/checkpoint-2").toString());
        assertThat(anew.exitCode()).as(anew.err()).isZero();
        assertThat(weights("c")).isEqualTo(weights("a"));
    }

    @Test
    void aCheckpointKnowsWhatItsRunWasToldWhereverItLies() throws IOException {
        first("a", "--save-steps", "2");
        Path copy = Files.createDirectories(folder.resolve("moved/kept"));
        try (var files = Files.list(folder.resolve("a/checkpoint-2"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Files.delete(record("a"));
        Cli other = pretrain("a", "--resume-from-checkpoint", "--learning-rate", "0.001");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err())
                .contains("cannot resume " + folder.resolve("a/checkpoint-4"), "--learning-rate is 0.001")
                .hasLineCount(1);
        assertThat(record("a")).doesNotExist();
        Cli resumed = pretrain("b", "--resume-from-checkpoint", copy.toString());
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("going on from " + copy);
        assertThat(weights("b")).isEqualTo(weights("a"));
    }

    @Test
    void aCommandOfTheShellGoesOnWithAnyFolder() {
        assertThat(ResumeCommand.of("pretrain", Path.of("runs/a")))
                .isEqualTo("./narrowbert pretrain --output-dir runs/a --resume-from-checkpoint");
        assertThat(ResumeCommand.of("pretrain", Path.of("it's mine")))
                .contains("--output-dir 'it'\\''s mine' --resume");
    }
}
