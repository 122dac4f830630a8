package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PretrainCommandTest {
    @TempDir
    private Path folder;

    private Path text() throws IOException {
        Path file = folder.resolve("text.txt");
        if (!Files.exists(file)) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 120; i++) {
                text.append("The cat number ").append(i).append(" sat on the mat and looked at the dog.\n\n");
            }
            Files.writeString(file, text);
        }
        return file;
    }

    private Cli pretrain(String output, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "pretrain",
                "--output-dir",
                folder.resolve(output).toString(),
                "--train-file",
                text().toString(),
                "--validation-split-percentage",
                "10",
                "--max-seq-length",
                "16",
                "--num-hidden-layers",
                "3",
                "--hidden-size",
                "32",
                "--num-attention-heads",
                "2",
                "--max-steps",
                "4"));
        arguments.addAll(Arrays.asList(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "sparse-queries-1", "context-first", "token-dropping"})
    void trainsEachFamilyAndSavesAModelThatFillsMasks(String layout) throws IOException {
        Cli run = pretrain("run", "--layout", layout);
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
        assertThat(pretrain("one", "--threads", "1").exitCode()).isZero();
        assertThat(pretrain("three", "--threads", "3").exitCode()).isZero();
        assertThat(pretrain("other", "--seed", "43").exitCode()).isZero();
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
                text().toString(),
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
        assertThat(pretrain("run", "--save-steps", "2").exitCode()).isZero();
        assertThat(folder.resolve("run/checkpoint-2/model.safetensors")).isRegularFile();
        assertThat(folder.resolve("run/checkpoint-4/optimizer.safetensors")).isRegularFile();
        assertThat(folder.resolve("run/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("run/checkpoint-4/model.safetensors"));
    }

    @Test
    void aRunThatExistsIsResumedOrStartedOverButNeverByAccident() throws IOException {
        assertThat(pretrain("run", "--max-steps", "3").exitCode()).isZero();
        Cli again = pretrain("run", "--max-steps", "3");
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("holds a run already", "--resume-from-checkpoint", "--overwrite-output-dir");
        assertThat(pretrain("run", "--resume-from-checkpoint", "--overwrite-output-dir")
                        .err())
                .contains("give only one of them");
        Cli resumed = pretrain("run", "--max-steps", "6", "--resume-from-checkpoint");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("going on from", "checkpoint-3");
        assertThat(folder.resolve("run/checkpoint-6")).isDirectory();
        Cli over = pretrain("run", "--max-steps", "2", "--overwrite-output-dir");
        assertThat(over.exitCode()).as(over.err()).isZero();
        assertThat(folder.resolve("run/checkpoint-6")).doesNotExist();
        assertThat(folder.resolve("run/checkpoint-2")).isDirectory();
    }

    @Test
    void onlyTheNewestCheckpointsAndTheBestAreKeptAndADamagedOneIsPassedOver() throws IOException {
        assertThat(pretrain(
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
        Cli resumed = pretrain("run", "--max-steps", "6", "--learning-rate", "1e-9", "--resume-from-checkpoint");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out())
                .contains("passed over: ", "optimizer.safetensors was changed", "going on from", "checkpoint-5");
        Cli named = pretrain(
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
        Cli run = pretrain("run", "--resume-from-checkpoint");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("step 0: validation loss");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2x", "0s", "", "h"})
    void aTimeThatCannotBeReadIsRefused(String time) throws IOException {
        Cli refused = pretrain("run", "--max-train-time", time);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("--max-train-time").contains("2h30m");
    }

    @Test
    void refusesAnOutputFolderThatExistsAndLeavesItAlone() throws IOException {
        Path existing = Files.createDirectories(folder.resolve("run"));
        Files.writeString(existing.resolve("thesis.txt"), "mine");
        Cli refused = pretrain("run");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("exists already", "--overwrite-output-dir")
                .hasLineCount(1);
        assertThat(existing).isDirectoryContaining("glob:**thesis.txt");
        assertThat(pretrain("run", "--overwrite-output-dir").exitCode()).isZero();
        assertThat(existing.resolve("thesis.txt")).hasContent("mine");
    }

    @Test
    void refusesALayoutThatDoesNotParseNamingTheColumn() throws IOException {
        refused(2, pretrain("run", "--layout", "{sf}2:{sx}4"), "column 9", "'x'");
    }

    @Test
    void refusesAHiddenSizeThatDoesNotDivideIntoHeads() throws IOException {
        refused(2, Cli.run("plan", "--hidden-size", "32", "--num-attention-heads", "5"), "hidden_size 32", "5");
    }

    @Test
    void refusesASequenceLongerThanThePositions() throws IOException {
        refused(2, pretrain("run", "--max-position-embeddings", "8"), "--max-seq-length 16", "8");
    }

    @Test
    void refusesNumbersThatCannotBe() throws IOException {
        refused(2, pretrain("run", "--threads", "0"), "--threads is 0");
        refused(2, pretrain("run", "--per-device-train-batch-size", "0"), "--per-device-train-batch-size is 0");
        refused(2, pretrain("run", "--mlm-probability", "1.5"), "--mlm-probability is 1.5");
        refused(2, pretrain("run", "--learning-rate", "-1"), "--learning-rate is -1.0");
        refused(2, pretrain("run", "--backend", "abacus"), "'abacus'", "reference", "vector");
        refused(2, pretrain("run", "--gradient-checkpointing-layers", "0,3"), "has no layer 3", "0-1,n0");
        refused(2, pretrain("run", "--token-keep-random", "1.5"), "token_keep_random is 1.5");
        refused(2, pretrain("run", "--lr-scheduler-type", "cosin"), "'cosin'", "choose cosine, ");
        refused(2, pretrain("run", "--lr-end", "1e-6"), "--lr-end means nothing to --lr-scheduler-type linear");
        refused(2, pretrain("run", "--lr_scheduler_type=polynomial", "--lr-end", "1"), "--lr-end is 1.0");
        refused(2, pretrain("run", "--lr-scheduler-type", "constant", "--warmup-steps", "9"), "constant_with_warmup");
    }

    @Test
    void tokensAreKeptByChanceAndDroppedInValidationOnRequest() throws IOException {
        String[] dropping = {"--layout", "[{sf}2]:sf", "--token-keep-random", "0.5"};
        Cli all = pretrain("all", dropping);
        Cli dropped = pretrain(
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
        Cli keeping = pretrain("keeping");
        Cli recomputing = pretrain("recomputing", "--gradient-checkpointing");
        assertThat(recomputing.exitCode()).as(recomputing.err()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("recomputing/model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("keeping/model.safetensors")));
        assertThat(validationLosses(recomputing)).isEqualTo(validationLosses(keeping));
        assertThat(recomputing.out()).contains("computing layers 0-1,n0 twice");
        assertThat(keeping.out()).doesNotContain("twice");
    }

    @Test
    void theRateFollowsTheScheduleAskedFor() throws IOException {
        assertThat(pretrain("linear").exitCode()).isZero();
        assertThat(pretrain("constant", "--lr_scheduler_type", "constant").exitCode())
                .isZero();
        assertThat(Files.readAllBytes(folder.resolve("constant/model.safetensors")))
                .isNotEqualTo(Files.readAllBytes(folder.resolve("linear/model.safetensors")));
    }

    @Test
    void aWarmUpThatIsNotOverBeforeTheEndIsToldInALine() throws IOException {
        Cli run = pretrain("long", "--warmup-steps", "8", "--learning-rate", "0.008");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "warning: the warm-up of 8 steps is not over before the last step, 4: the learning rate rises to"
                                + " 0.003 only (--warmup-steps, --warmup-ratio)\n");
        assertThat(pretrain("short", "--warmup-steps", "3").out()).doesNotContain("warning");
    }

    @Test
    void refusesTextsThatCannotBeTrainedOnEachWithItsSentence() throws IOException {
        refused(1, trainOn("missing.txt"), "missing.txt");
        refused(1, trainOn(file("empty.txt", new byte[0])), "empty.txt", "empty");
        refused(1, trainOn(file("binary.txt", new byte[] {'a', 0, 1, 2, 'b'})), "binary.txt");
        byte[] notUtf8 = "abc \u00e9t\u00e9".getBytes(StandardCharsets.ISO_8859_1);
        refused(1, trainOn(file("latin1.txt", notUtf8)), "latin1.txt", "UTF-8", "4");
        refused(1, trainOn(file("short.txt", "few words".getBytes(StandardCharsets.UTF_8))), "tokens", "16");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        refused(1, trainOn(empty.toString()), "the folder", "has no file");
    }

    private Cli trainOn(String file) {
        return Cli.run(
                "pretrain",
                "--output-dir",
                folder.resolve("never").toString(),
                "--train-file",
                folder.resolve(file).toString(),
                "--max-seq-length",
                "16");
    }

    private String file(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
        return name;
    }

    @Test
    void refusesAVocabularyWithoutMask() throws IOException {
        Path vocabulary = folder.resolve("vocab.txt");
        Files.writeString(vocabulary, "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\n");
        refused(1, pretrain("run", "--tokenizer", vocabulary.toString()), "[MASK]", "vocab.txt");
    }

    @Test
    void refusesAnOutputFolderThatCannotBeMade() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        refused(1, pretrain("file/run"), "cannot write");
    }

    private void refused(int exitCode, Cli run, String... words) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(words).doesNotContain("\tat ", "a bug").startsWith("narrowbert: ");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(folder.resolve("never")).doesNotExist();
    }
}
