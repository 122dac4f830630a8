package org.narrowbert.cli.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.SmallRuns;

/** What pretrain refuses, each with its sentence and its exit code. */
class PretrainRefusalTest {
    @TempDir
    private Path folder;

    private SmallRuns runs;

    @BeforeEach
    void layOut() {
        runs = new SmallRuns(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2x", "0s", "", "h"})
    void aTimeThatCannotBeReadIsRefused(String time) throws IOException {
        Cli refused = runs.pretrain("run", "--max-train-time", time);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("--max-train-time").contains("2h30m");
    }

    @Test
    void refusesAnOutputFolderThatExistsAndLeavesItAlone() throws IOException {
        Path existing = Files.createDirectories(folder.resolve("run"));
        Files.writeString(existing.resolve("thesis.txt"), "mine");
        Cli refused = runs.pretrain("run");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("exists already", "--overwrite-output-dir")
                .hasLineCount(1);
        assertThat(existing).isDirectoryContaining("glob:**thesis.txt");
        assertThat(runs.pretrain("run", "--overwrite-output-dir").exitCode()).isZero();
        assertThat(existing.resolve("thesis.txt")).hasContent("mine");
    }

    @Test
    void refusesALayoutThatDoesNotParseNamingTheColumn() throws IOException {
        refused(2, runs.pretrain("run", "--layout", "{sf}2:{sx}4"), "column 9", "'x'");
    }

    @Test
    void refusesAHiddenSizeThatDoesNotDivideIntoHeads() throws IOException {
        refused(2, Cli.run("plan", "--hidden-size", "32", "--num-attention-heads", "5"), "hidden_size 32", "5");
    }

    @Test
    void refusesASequenceLongerThanThePositions() throws IOException {
        refused(2, runs.pretrain("run", "--max-position-embeddings", "8"), "--max-seq-length 16", "8");
    }

    @Test
    void refusesNumbersThatCannotBe() throws IOException {
        refused(2, runs.pretrain("run", "--threads", "0"), "--threads is 0");
        refused(2, runs.pretrain("run", "--per-device-train-batch-size", "0"), "--per-device-train-batch-size is 0");
        refused(2, runs.pretrain("run", "--mlm-probability", "1.5"), "--mlm-probability is 1.5");
        refused(2, runs.pretrain("run", "--learning-rate", "-1"), "--learning-rate is -1.0");
        refused(2, runs.pretrain("run", "--backend", "abacus"), "'abacus'", "reference", "vector");
        refused(2, runs.pretrain("run", "--gradient-checkpointing-layers", "0,3"), "has no layer 3", "0-1,n0");
        refused(2, runs.pretrain("run", "--token-keep-random", "1.5"), "token_keep_random is 1.5");
        refused(2, runs.pretrain("run", "--lr-scheduler-type", "cosin"), "'cosin'", "choose cosine, ");
        refused(2, runs.pretrain("run", "--lr-end", "1e-6"), "--lr-end means nothing to --lr-scheduler-type linear");
        refused(2, runs.pretrain("run", "--lr_scheduler_type=polynomial", "--lr-end", "1"), "--lr-end is 1.0");
        refused(
                2,
                runs.pretrain("run", "--lr-scheduler-type", "constant", "--warmup-steps", "9"),
                "constant_with_warmup");
    }

    @Test
    void refusesOptionsOfBracketsWhereTheLayoutHasNone() throws IOException {
        String[] bert = {"--layout", "bert", "--token-keep", "0.3"};
        refused(2, runs.pretrain("never", bert), "--token-keep means nothing to --layout bert", "leave it out");
        refused(2, runs.pretrain("never", "--token-keep-random", "0.5"), "--token-keep-random means nothing");
        refused(2, runs.pretrain("never", "--token-importance-beta", "0.9"), "--token-importance-beta means nothing");
        // The record of a run tells all options, and repeats it.
        assertThat(runs.pretrain("run", "--token-keep", "0.5").exitCode()).isZero();
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

    @Test
    void refusesAVocabularyWithoutMask() throws IOException {
        Path vocabulary = folder.resolve("vocab.txt");
        Files.writeString(vocabulary, "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\n");
        refused(1, runs.pretrain("run", "--tokenizer", vocabulary.toString()), "[MASK]", "vocab.txt");
    }

    @Test
    void refusesAnOutputFolderThatCannotBeMade() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        refused(1, runs.pretrain("file/run"), "cannot write");
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

    private void refused(int exitCode, Cli run, String... words) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(words).doesNotContain("\tat ", "a bug").startsWith("narrowbert: ");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(folder.resolve("never")).doesNotExist();
    }
}
