package org.narrowbert.cli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;

class FillMaskCommandTest {
    @TempDir
    private static Path folder;

    private static String model = "";

    @BeforeAll
    static void pretrain() {
        model = folder.resolve("model").toString();
        Cli run = Cli.run(
                "pretrain",
                "--output-dir",
                model,
                "--num-hidden-layers",
                "3",
                "--hidden-size",
                "16",
                "--max-seq-length",
                "32",
                "--max-position-embeddings",
                "32",
                "--max-steps",
                "2",
                "--eval-steps",
                "2",
                "--validation-split-percentage",
                "0");
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private static void refused(int exitCode, Cli run, String... words) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(words).doesNotContain("\tat ", "a bug");
    }

    @Test
    void aTextsAnswerDoesNotDependOnTheTextsBesideIt() {
        String text = "a large [MASK] with four legs.";
        Cli alone = Cli.run("fill-mask", "--model", model, text);
        Cli beside = Cli.run("fill-mask", "--model", model, "the [MASK] [MASK] of a much longer text", text);
        assertThat(alone.out().lines().toList()).hasSize(2);
        assertThat(beside.out()).endsWith(alone.out());
    }

    @Test
    void theReferenceBackendGivesTheSameCandidates() {
        String text = "the [MASK] of a bird.";
        Cli vector = Cli.run("fill-mask", "--model", model, text);
        Cli reference = Cli.run("fill-mask", "--model", model, "--backend", "reference", text);
        assertThat(reference.out()).isEqualTo(vector.out());
    }

    @Test
    void aTextWithoutMaskIsRefused() {
        refused(2, Cli.run("fill-mask", "--model", model, "nothing to fill"), "no [MASK]", "nothing to fill");
    }

    @Test
    void aTextLongerThanTheModelIsRefused() {
        refused(1, Cli.run("fill-mask", "--model", model, "[MASK] " + "word ".repeat(40)), "32 positions");
    }

    @Test
    void aTokenizerOfAnotherModelIsRefused() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        for (String name : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(Path.of(model, name), other.resolve(name));
        }
        StringBuilder vocabulary = new StringBuilder("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
        for (int id = 0; id < 10_000; id++) {
            vocabulary.append("word").append(id).append('\n');
        }
        Files.writeString(other.resolve("vocab.txt"), vocabulary);
        refused(1, Cli.run("fill-mask", "--model", other.toString(), "[MASK]"), "10005 tokens", "8192");
        Files.writeString(other.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\none\ntwo\n");
        Cli padded = Cli.run("fill-mask", "--model", other.toString(), "--top-k", "50", "one [MASK]");
        assertThat(padded.exitCode()).as(padded.err()).isZero();
        assertThat(padded.out()).contains("two").contains("one");
    }

    @Test
    void aFolderThatIsNoModelIsRefused() {
        refused(1, Cli.run("fill-mask", "--model", folder.resolve("nowhere").toString(), "[MASK]"), "nowhere");
        refused(1, Cli.run("fill-mask", "--model", folder.toString(), "[MASK]"), "config.json");
        refused(2, Cli.run("fill-mask", "--model", model, "--top-k", "0", "[MASK]"), "--top-k is 0");
        refused(2, Cli.run("fill-mask", "--model", model, "-k", "99999999", "[MASK]"), "--top-k is 99999999", "1000");
    }

    @Test
    void aRunThatIsNotDoneHasModelsInItsCheckpoints() throws IOException {
        Path run = folder.resolve("run");
        Path checkpoint = run.resolve("checkpoint-12");
        Files.createDirectories(checkpoint);
        Files.writeString(checkpoint.resolve("trainer_state.json"), "{}");
        refused(
                1,
                Cli.run("fill-mask", "--model", run.toString(), "a [MASK]"),
                "has no config.json",
                "it holds a run's checkpoints, which are: name " + checkpoint);
    }
}
