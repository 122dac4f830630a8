package org.narrowbert.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.SmallTasks;
import org.narrowbert.cli.run.RunOptions;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.finetuning.TaskResults;

/** Runs of several seeds, and what is left of earlier runs. */
class SeedRunsTest {
    @TempDir
    private Path folder;

    private SmallTasks tasks = new SmallTasks(Path.of(""));

    @BeforeEach
    void layOut() {
        tasks = new SmallTasks(folder);
    }

    private Cli fineTune(String... more) {
        String train = tasks.reviews("train.csv", 8).toString();
        return Cli.run(tasks.arguments(
                "run",
                Stream.concat(Stream.of("--train-file", train, "--max-steps", "1"), Stream.of(more))
                        .toArray(String[]::new)));
    }

    @Test
    void theFoldersOfAllSeedsAreLookedAtBeforeTheFirstRun() throws IOException {
        tasks.write("run/seed-2/mine.txt", List.of("mine"));
        Cli run = fineTune("--seeds", "1,2");
        assertThat(run.err()).contains("seed-2 exists already");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(folder.resolve("run/seed-1")).doesNotExist();
        Cli named = fineTune("--seeds", "1,2", "--resume-from-checkpoint", "run/seed-1/checkpoint-1");
        assertThat(named.err()).contains("--resume-from-checkpoint names the checkpoint of one run");
        assertThat(named.exitCode()).isEqualTo(2);
    }

    @Test
    void oneSeedBesideSeveralIsRefused() {
        Cli run = fineTune("--seeds", "1,2", "--seed", "3");
        assertThat(run.err()).contains("--seed is 3, and --seeds names those of several runs");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void severalSeedsReplaceTheOneOfARunThatIsRepeated() {
        assertThat(fineTune("--seed", "7").exitCode()).isZero();
        Path record = folder.resolve("run").resolve(RunConfig.FILE);
        Cli again = Cli.run(
                "finetune",
                "--config",
                record.toString(),
                "--seeds",
                "1,2",
                "--output-dir",
                folder.resolve("again").toString());
        assertThat(again.err()).isEmpty();
        assertThat(folder.resolve("again/seed-2/model.safetensors")).exists();
    }

    @Test
    void runsWithoutFiguresHaveNoMean() {
        Cli run = fineTune("--seeds", "1,2");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("not counted are the runs of seeds 1, 2, which have no figures: name a --validation-file")
                .doesNotContain("over 2 seeds");
        assertThat(folder.resolve("run/all_results.json")).doesNotExist();
    }

    @Test
    void aRunThatWasStoppedIsNotCounted() {
        RunOptions options = new RunOptions().within(folder.toString());
        StringWriter out = new StringWriter();
        int code = new SeedRuns(options, List.of(1L, 2L, 3L))
                .trainAll(
                        (own, seed, results) -> {
                            if (seed != 2) {
                                results.accept(new TaskResults(Map.of("eval_loss", (double) seed)));
                            }
                            return 0;
                        },
                        new PrintWriter(out, true));
        assertThat(code).isZero();
        assertThat(out.toString())
                .contains(
                        "over 2 seeds",
                        "eval_loss                    2.0000  1.4142",
                        "not counted are the runs of seeds 2, which did not come to their end")
                .doesNotContain("have no figures");
    }

    @Test
    void aRunThatStartsOverLeavesNoFiguresOfTheOneBefore() {
        String train = tasks.reviews("train.csv", 8).toString();
        assertThat(fineTune("--validation-file", train).err()).isEmpty();
        assertThat(folder.resolve("run/eval_details.json")).exists();
        assertThat(fineTune("--overwrite-output-dir").err()).isEmpty();
        assertThat(folder.resolve("run/model.safetensors")).exists();
        assertThat(folder.resolve("run/eval_results.json")).doesNotExist();
        assertThat(folder.resolve("run/eval_details.json")).doesNotExist();

        assertThat(fineTune("--seeds", "2").err()).isEmpty();
        assertThat(folder.resolve("run/model.safetensors")).exists();
        assertThat(fineTune("--validation-file", train, "--seeds", "3", "--overwrite-output-dir")
                        .err())
                .isEmpty();
        assertThat(folder.resolve("run/all_results.json")).exists();
        assertThat(folder.resolve("run/model.safetensors")).doesNotExist();
        assertThat(fineTune("--seeds", "3", "--overwrite-output-dir").err()).isEmpty();
        assertThat(folder.resolve("run/all_results.json")).doesNotExist();
    }
}
