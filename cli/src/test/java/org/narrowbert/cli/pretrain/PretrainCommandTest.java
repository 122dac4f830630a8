package org.narrowbert.cli.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.SmallRuns;

class PretrainCommandTest {
    @TempDir
    private Path folder;

    private SmallRuns runs;

    @BeforeEach
    void layOut() {
        runs = new SmallRuns(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "sparse-queries-1", "context-first", "token-dropping"})
    void trainsEachFamilyAndSavesAModelThatFillsMasks(String layout) throws IOException {
        Cli run = runs.pretrain("run", "--layout", layout);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "step 4 of 4", "validation loss", "masked tokens/s", "the capital and largest [MASK]", "Next:");
        assertThat(folder.resolve("run"))
                .isDirectoryContaining("glob:**/{config.json}")
                .isDirectoryContaining("glob:**/{model.safetensors}")
                .isDirectoryContaining("glob:**/{vocab.txt}")
                .isDirectoryContaining("glob:**/{tokenizer.json}");
        assertThat(Files.exists(folder.resolve("run/importance.safetensors")))
                .isEqualTo(layout.equals("token-dropping"));
        Cli filled = Cli.run(
                "fill-mask",
                "--model",
                folder.resolve("run").toString(),
                "--top-k",
                "3",
                "The [MASK] sat on the [MASK].");
        assertThat(filled.exitCode()).as(filled.err()).isZero();
        assertThat(filled.out().lines().toList()).hasSize(3).first().isEqualTo("The [MASK] sat on the [MASK].");
        assertThat(filled.out().lines().toList().get(1)).matches("( +\\S+ \\d+\\.\\d%){3}");
    }

    @Test
    void theSameSeedGivesTheSameBytesOnOneThreadAndOnThree() throws IOException {
        assertThat(runs.pretrain("one", "--threads", "1").exitCode()).isZero();
        assertThat(runs.pretrain("three", "--threads", "3").exitCode()).isZero();
        assertThat(runs.pretrain("other", "--seed", "43").exitCode()).isZero();
        byte[] one = Files.readAllBytes(folder.resolve("one/model.safetensors"));
        assertThat(Files.readAllBytes(folder.resolve("three/model.safetensors")))
                .isEqualTo(one);
        assertThat(Files.readAllBytes(folder.resolve("other/model.safetensors")))
                .isNotEqualTo(one);
    }

    @Test
    void epochsAreAsManyStepsAsGoThroughTheTextSoOften() throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "pretrain",
                "--output-dir",
                folder.resolve("run").toString(),
                "--train-file",
                runs.text().toString(),
                "--validation-split-percentage",
                "0",
                "--line-by-line",
                "--max-seq-length",
                "16",
                "--num-hidden-layers",
                "3",
                "--hidden-size",
                "32",
                "--num-attention-heads",
                "2",
                "--per-device-train-batch-size",
                "7",
                "--gradient-accumulation-steps",
                "2",
                "--num-train-epochs",
                "1.5"));
        Cli run = Cli.run(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        // 120 documents, 14 a step: 1.5 x 120 / 14 is 12.9.
        assertThat(run.out()).contains("120 documents", "13 steps of 14 samples", "step 13 of 13");
        assertThat(folder.resolve("run/checkpoint-13")).isDirectory();
    }

    @Test
    void savesOnTheWayInFoldersOfTheirOwn() throws IOException {
        assertThat(runs.pretrain("run", "--save-steps", "2").exitCode()).isZero();
        assertThat(folder.resolve("run/checkpoint-2/model.safetensors")).isRegularFile();
        assertThat(folder.resolve("run/checkpoint-4/optimizer.safetensors")).isRegularFile();
        assertThat(folder.resolve("run/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("run/checkpoint-4/model.safetensors"));
    }

    @Test
    void aRunThatExistsIsResumedOrStartedOverButNeverByAccident() throws IOException {
        assertThat(runs.pretrain("run", "--max-steps", "3").exitCode()).isZero();
        Cli again = runs.pretrain("run", "--max-steps", "3");
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("holds a run already", "--resume-from-checkpoint", "--overwrite-output-dir");
        assertThat(runs.pretrain("run", "--resume-from-checkpoint", "--overwrite-output-dir")
                        .err())
                .contains("give only one of them");
        Cli resumed = runs.pretrain("run", "--max-steps", "6", "--resume-from-checkpoint");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("going on from", "checkpoint-3");
        assertThat(folder.resolve("run/checkpoint-6")).isDirectory();
        Cli over = runs.pretrain("run", "--max-steps", "2", "--overwrite-output-dir");
        assertThat(over.exitCode()).as(over.err()).isZero();
        assertThat(folder.resolve("run/checkpoint-6")).doesNotExist();
        assertThat(folder.resolve("run/checkpoint-2")).isDirectory();
    }

    @Test
    void aRunThatIsReplacedGoesWhenTheNewOneBeginsAndNotBefore() throws IOException {
        assertThat(runs.pretrain("run", "--max-steps", "3").exitCode()).isZero();
        Cli refused = runs.pretrain("run", "--overwrite-output-dir", "--max-steps", "3", "--layout", "{sf}9:");
        assertThat(refused.exitCode()).as(refused.err()).isNotZero();
        assertThat(folder.resolve("run/checkpoint-3")).isDirectory();
        assertThat(folder.resolve("run/model.safetensors")).exists();
        Cli cut = runs.pretrain("run", "--overwrite-output-dir", "--max-steps", "100000", "--max-train-time", "1s");
        assertThat(cut.exitCode()).as(cut.err()).isZero();
        assertThat(folder.resolve("run/checkpoint-3")).doesNotExist();
        assertThat(folder.resolve("run/model.safetensors")).as("of another run").doesNotExist();
    }

    @Test
    void aRunWhoseFolderWasMovedGoesOnWhereItIs() throws IOException {
        assertThat(runs.pretrain("run", "--max-steps", "2").exitCode()).isZero();
        Files.move(folder.resolve("run"), folder.resolve("moved"));
        Files.delete(folder.resolve("moved/metrics.jsonl"));
        Cli resumed = Cli.run(
                "pretrain", "--resume-from-checkpoint", folder.resolve("moved").toString(), "--max-steps", "4");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("metrics.jsonl is not in", "the log begins anew at step 2");
        assertThat(folder.resolve("moved/checkpoint-4")).isDirectory();
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void onlyTheNewestCheckpointsAndTheBestAreKeptAndADamagedOneIsPassedOver() throws IOException {
        assertThat(runs.pretrain(
                                "run",
                                "--save-steps",
                                "1",
                                "--eval-steps",
                                "1",
                                "--save-total-limit",
                                "2",
                                "--max-steps",
                                "6",
                                "--learning-rate",
                                "1e-9")
                        .exitCode())
                .isZero();
        assertThat(folder.resolve("run/checkpoint-6")).isDirectory();
        assertThat(folder.resolve("run/checkpoint-5")).isDirectory();
        try (var entries = Files.list(folder.resolve("run"))) {
            assertThat(entries.filter(entry -> entry.toString().contains("checkpoint-")))
                    .hasSizeBetween(2, 3);
        }
        Path optimizer = folder.resolve("run/checkpoint-6/optimizer.safetensors");
        byte[] bytes = Files.readAllBytes(optimizer);
        bytes[bytes.length / 2] ^= 4;
        Files.write(optimizer, bytes);
        Cli resumed = runs.pretrain("run", "--max-steps", "6", "--learning-rate", "1e-9", "--resume-from-checkpoint");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out())
                .contains("passed over: ", "optimizer.safetensors was changed", "going on from", "checkpoint-5");
        Cli named = runs.pretrain(
                "run",
                "--max-steps",
                "6",
                "--learning-rate",
                "1e-9",
                "--resume-from-checkpoint",
                folder.resolve("nowhere").toString());
        assertThat(named.exitCode()).isEqualTo(1);
        assertThat(named.err()).contains("nowhere, which does not exist").doesNotContain("\tat ");
    }

    @Test
    void resumingWhereNothingIsSavedYetStarts() throws IOException {
        Cli run = runs.pretrain("run", "--resume-from-checkpoint");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("step 0: validation loss");
    }

    @Test
    void tokensAreKeptByChanceAndDroppedInValidationOnRequest() throws IOException {
        String[] dropping = {"--layout", "[{sf}2]:sf", "--token-keep-random", "0.5"};
        Cli all = runs.pretrain("all", dropping);
        Cli dropped = runs.pretrain(
                "dropped",
                Stream.concat(Stream.of(dropping), Stream.of("--drop-tokens-in-evaluation"))
                        .toArray(String[]::new));
        assertThat(all.exitCode()).isZero();
        assertThat(dropped.exitCode()).isZero();
        assertThat(folder.resolve("all/config.json")).content().contains("\"token_keep_random\": 0.5");
        assertThat(Files.readAllBytes(folder.resolve("dropped/model.safetensors")))
                .as("how a model is validated changes nothing of it")
                .isEqualTo(Files.readAllBytes(folder.resolve("all/model.safetensors")));
        assertThat(validationLosses(dropped)).hasSizeGreaterThan(1).isNotEqualTo(validationLosses(all));
    }

    private static List<String> validationLosses(Cli run) {
        return Pattern.compile("step \\d+: validation loss [0-9.]+")
                .matcher(run.out())
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void gradientCheckpointingSavesMemoryAndChangesNoBit() throws IOException {
        Cli keeping = runs.pretrain("keeping");
        Cli recomputing = runs.pretrain("recomputing", "--gradient-checkpointing");
        assertThat(recomputing.exitCode()).as(recomputing.err()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("recomputing/model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("keeping/model.safetensors")));
        assertThat(validationLosses(recomputing)).isEqualTo(validationLosses(keeping));
        assertThat(recomputing.out()).contains("computing layers 0-1,n0 twice");
        assertThat(keeping.out()).doesNotContain("twice");
    }

    @Test
    void theRateFollowsTheScheduleAskedFor() throws IOException {
        assertThat(runs.pretrain("linear").exitCode()).isZero();
        assertThat(runs.pretrain("constant", "--lr_scheduler_type", "constant").exitCode())
                .isZero();
        assertThat(Files.readAllBytes(folder.resolve("constant/model.safetensors")))
                .isNotEqualTo(Files.readAllBytes(folder.resolve("linear/model.safetensors")));
    }

    @Test
    void aWarmUpThatIsNotOverBeforeTheEndIsToldInALine() throws IOException {
        Cli run = runs.pretrain("long", "--warmup-steps", "8", "--learning-rate", "0.008");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "warning: the warm-up of 8 steps is not over before the last step, 4: the learning rate rises to"
                                + " 0.003 only (--warmup-steps, --warmup-ratio)\n");
        assertThat(runs.pretrain("short", "--warmup-steps", "3").out()).doesNotContain("warning");
    }
}
