package org.narrowbert.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.ForkedRuns;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.model.config.RunConfig;

class GemmOptionsTest {
    @TempDir
    private Path folder;

    /** A text of some hundred samples, so that a run is short. */
    private Path text() throws IOException {
        Path file = folder.resolve("text.txt");
        if (!Files.exists(file)) {
            Files.writeString(file, "a large animal with four legs lives in the forest near the town.\n".repeat(300));
        }
        return file;
    }

    private Cli pretrain(String name, String... more) throws IOException {
        return Cli.run(arguments(name, more));
    }

    private String[] arguments(String name, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "pretrain",
                "--output-dir",
                folder.resolve(name).toString(),
                "--train-file",
                text().toString(),
                "--validation-split-percentage",
                "10",
                "--layout",
                "{sf}1:",
                "--hidden-size",
                "32",
                "--num-attention-heads",
                "2",
                "--intermediate-size",
                "48",
                "--max-seq-length",
                "16",
                "--per-device-train-batch-size",
                "2",
                "--max-steps",
                "2",
                "--eval-steps",
                "2",
                "--threads",
                "2"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private String recorded(String name) {
        return RunConfig.read(folder.resolve(name).resolve(RunConfig.FILE))
                .value("gemm")
                .orElse("");
    }

    private static boolean isHere(Gemm gemm) {
        return gemm.availability() instanceof Availability.Ready;
    }

    @Test
    void whatAutoIsDecidedToBeIsPrintedAndRecordedInTheRunAndItsCheckpoint() throws IOException {
        Cli run = pretrain("auto", "--gemm", "auto");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("products by (panama|blas|onednn): ");
        assertThat(recorded("auto")).isIn("panama", "blas", "onednn");
        assertThat(run.out()).contains("products by " + recorded("auto"));
        assertThat(recorded("auto/checkpoint-2")).isEqualTo(recorded("auto"));
    }

    @Test
    void aRunThatIsResumedKeepsWhatAutoWasDecidedToBe() throws IOException {
        assertThat(pretrain("kept", "--gemm", "auto").exitCode()).isZero();
        String decided = recorded("kept");
        Cli resumed = pretrain("kept", "--gemm", "auto", "--max-steps", "3", "--resume-from-checkpoint");
        assertThat(resumed.err()).isEmpty();
        assertThat(resumed.out()).doesNotContainPattern("(?m)^products by");
        assertThat(recorded("kept")).isEqualTo(decided);
    }

    /** Told of no folder that libraries are in, a process of its own finds only what is installed. */
    @Test
    void aRunWithALibraryThatIsNotToBeHadIsNotResumedButInJavaItIs() throws IOException, InterruptedException {
        assertThat(pretrain("lacking").exitCode()).isZero();
        Path record = folder.resolve("lacking").resolve(RunConfig.FILE);
        Files.writeString(record, Files.readString(record).replace("gemm: \"panama\"", "gemm: \"onednn\""));
        Path log = folder.resolve("lacking.log");
        String[] resume = arguments("lacking", "--max-steps", "3", "--resume-from-checkpoint");
        int exitCode = ForkedRuns.run(log, ForkedRuns.command(resume));
        assumeTrue(exitCode != 0, "oneDNN is installed, so that its lack is not tested");
        assertThat(exitCode).isEqualTo(2);
        assertThat(ForkedRuns.contents(log))
                .contains("--gemm onednn", "not found", "--gemm panama", RunConfig.FILE)
                .doesNotContain("\tat ");
        Path asked = folder.resolve("auto.log");
        String[] auto = arguments("lacking", "--max-steps", "3", "--resume-from-checkpoint", "--gemm", "auto");
        assertThat(ForkedRuns.run(asked, ForkedRuns.command(auto))).isEqualTo(2);
        assertThat(ForkedRuns.contents(asked))
                .contains("what --gemm auto was decided to be when the run began is kept: --gemm onednn cannot");
        Cli resumed = pretrain("lacking", "--max-steps", "3", "--resume-from-checkpoint", "--gemm", "panama");
        assertThat(resumed.err()).isEmpty();
        assertThat(recorded("lacking")).isEqualTo("panama");
    }

    @Test
    void aRunTrainsAndGoesOnWithALibrary() throws IOException {
        for (Gemm gemm : List.of(Gemm.BLAS, Gemm.ONEDNN)) {
            assumeTrue(isHere(gemm), gemm.text() + " is not here: nothing is trained with it");
            String name = "with-" + gemm.text();
            assertThat(pretrain(name, "--gemm", gemm.text()).exitCode()).isZero();
            Cli resumed = pretrain(name, "--max-steps", "3", "--resume-from-checkpoint");
            assertThat(resumed.err()).isEmpty();
            assertThat(resumed.out()).contains("validation loss", "with products by " + gemm.text());
            assertThat(recorded(name)).isEqualTo(gemm.text());
        }
    }

    @Test
    void trainingInBfloat16IsForOneDnnAlone() throws IOException {
        Cli run = pretrain("rounded", "--bf16");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--bf16 in training", "--gemm onednn");
    }

    @Test
    void bfloat16IsRefusedWhereNobodyComputesIt() {
        String[][] refused = {
            {"--bf16 --gemm blas", "--bf16 takes --gemm panama"},
            {"--bf16 --gemm auto", "--bf16 takes --gemm panama"},
            {"--bf16 --backend reference", "--bf16 is for the vector backend"},
        };
        for (String[] options : refused) {
            List<String> arguments = new ArrayList<>(List.of("fill-mask", "--model", "nowhere"));
            arguments.addAll(List.of(options[0].split(" ")));
            arguments.add("a [MASK]");
            Cli run = Cli.run(arguments.toArray(String[]::new));
            assertThat(run.exitCode()).as(options[0]).isEqualTo(2);
            assertThat(run.err()).contains(options[1]);
        }
    }

    /** The first text's answer is computed alone, and again beside another's. */
    @Test
    void aModelAnswersWithWeightsInBfloat16InJava() throws IOException {
        assertThat(pretrain("halved").exitCode()).isZero();
        String model = folder.resolve("halved").toString();
        String text = "a large [MASK] with four legs.";
        Cli alone = Cli.run("fill-mask", "--model", model, "--bf16", text);
        assertThat(alone.err()).isEmpty();
        assertThat(alone.out()).contains(text).containsPattern("(?m)^    \\S+ [0-9.]+%");
        Cli beside = Cli.run("fill-mask", "--model", model, "--bf16", "--gemm", "panama", text, "the [MASK] town.");
        assertThat(beside.err()).isEmpty();
        assertThat(beside.out()).startsWith(alone.out());
    }

    @Test
    void aRunInBfloat16GoesOnInJavaWhereItIsTakenBack() throws IOException {
        assumeTrue(isHere(Gemm.ONEDNN), "oneDNN is not here: nothing is trained in bfloat16");
        assertThat(pretrain("short", "--gemm", "onednn", "--bf16").exitCode()).isZero();
        Cli rounded = pretrain("short", "--max-steps", "3", "--resume-from-checkpoint");
        assertThat(rounded.err()).isEmpty();
        Cli refused = pretrain("short", "--max-steps", "4", "--resume-from-checkpoint", "--gemm", "panama");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("--bf16=false");
        Cli exact =
                pretrain("short", "--max-steps", "4", "--resume-from-checkpoint", "--gemm", "panama", "--bf16=false");
        assertThat(exact.err()).isEmpty();
        assertThat(recorded("short")).isEqualTo("panama");
    }

    @Test
    void bytesAreForInferenceByOneDnnAlone() throws IOException {
        Cli training = pretrain("bytes", "--int8", "--gemm", "onednn");
        assertThat(training.exitCode()).isEqualTo(2);
        assertThat(training.err()).contains("--int8 is for inference");
        String[][] refused = {
            {"--int8", "add --gemm onednn"},
            {"--int8 --gemm blas", "add --gemm onednn"},
            {"--int8 --gemm auto", "add --gemm onednn"},
            {"--int8 --bf16 --gemm onednn", "--int8 and --bf16"},
        };
        for (String[] options : refused) {
            List<String> arguments = new ArrayList<>(List.of("fill-mask", "--model", "nowhere"));
            arguments.addAll(List.of(options[0].split(" ")));
            arguments.add("a [MASK]");
            Cli run = Cli.run(arguments.toArray(String[]::new));
            assertThat(run.exitCode()).as(options[0]).isEqualTo(2);
            assertThat(run.err()).contains(options[1]);
        }
    }

    @Test
    void aModelAnswersInBytesAndInBfloat16() throws IOException {
        assumeTrue(isHere(Gemm.ONEDNN), "oneDNN is not here: no model answers by it");
        assertThat(pretrain("answering").exitCode()).isZero();
        String model = folder.resolve("answering").toString();
        String text = "a large [MASK] with four legs.";
        Cli exact = Cli.run("fill-mask", "--model", model, "--top-k", "1", text);
        for (String precision : List.of("--int8", "--bf16")) {
            Cli rounded = Cli.run("fill-mask", "--model", model, "--top-k", "1", "--gemm", "onednn", precision, text);
            assertThat(rounded.err()).isEmpty();
            assertThat(rounded.out()).contains(text).containsPattern("(?m)^    \\S+ [0-9.]+%$");
            assertThat(rounded.out().lines().count()).isBetween(2L, 3L);
        }
        assertThat(exact.exitCode()).isZero();
    }

    @Test
    void theReferenceBackendHasNoUseForALibrary() throws IOException {
        Cli run = pretrain("reference", "--backend", "reference", "--gemm", "blas");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--gemm blas is for the vector backend");
        assertThat(pretrain("auto-reference", "--backend", "reference", "--gemm", "auto")
                        .exitCode())
                .isZero();
    }
}
