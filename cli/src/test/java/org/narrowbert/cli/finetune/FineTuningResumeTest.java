package org.narrowbert.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.ForkedRuns;
import org.narrowbert.cli.SmallTasks;
import org.narrowbert.model.config.RunConfig;

/** Fine-tuning that goes on from any checkpoint is the run that never stopped, to the bit: texts and words, any number of threads before and after. */
class FineTuningResumeTest {
    private static final int CASES = 12;

    @TempDir
    private Path folder;

    static IntStream cases() {
        return IntStream.range(0, CASES);
    }

    private static String[] with(List<String> told, String... more) {
        return Stream.concat(told.stream(), Arrays.stream(more)).toArray(String[]::new);
    }

    private void run(SmallTasks tasks, String output, String... more) {
        Cli run = Cli.run(tasks.arguments(output, more));
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private List<String> metrics(String run) throws IOException {
        return new ForkedRuns(folder, 0).metrics(run);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aRunGoesOnFromAnyCheckpointAsIfItHadNotStopped(int seed) throws IOException {
        Random random = new Random(seed);
        SmallTasks tasks = new SmallTasks(folder);
        boolean words = random.nextBoolean();
        Path train = words ? tasks.words("train.conll", 9) : tasks.reviews("train.csv", 30);
        int every = 1 + random.nextInt(3);
        int steps = every * (2 + random.nextInt(4)) + random.nextInt(every);
        List<String> told = new ArrayList<>(List.of(
                "--train-file",
                train.toString(),
                "--validation-file",
                train.toString(),
                "--problem-type",
                words ? "token_classification" : "single_label_classification",
                "--max-steps",
                Integer.toString(steps),
                "--save-steps",
                Integer.toString(every),
                "--eval-steps",
                Integer.toString(every),
                "--logging-steps",
                Integer.toString(1 + random.nextInt(3)),
                "--per-device-train-batch-size",
                Integer.toString(1 + random.nextInt(7)),
                "--gradient-accumulation-steps",
                Integer.toString(1 + random.nextInt(2)),
                "--seed",
                Integer.toString(random.nextInt(100)),
                "--save-total-limit",
                "99"));
        if (random.nextBoolean()) {
            told.addAll(List.of("--freeze-layers", "1"));
        }
        run(tasks, "whole", with(told, "--threads", Integer.toString(1 + random.nextInt(3))));
        int from = every * (1 + random.nextInt((steps - 1) / every));
        Path checkpoint = folder.resolve("whole/checkpoint-" + from);
        run(
                tasks,
                "again",
                with(
                        told,
                        "--threads",
                        Integer.toString(1 + random.nextInt(3)),
                        "--resume-from-checkpoint",
                        checkpoint.toString()));
        for (String file : List.of("model.safetensors", "eval_results.json", "eval_details.json")) {
            assertThat(Files.readAllBytes(folder.resolve("again").resolve(file)))
                    .as(file + " of " + told + " from " + from)
                    .isEqualTo(Files.readAllBytes(folder.resolve("whole").resolve(file)));
        }
        List<String> whole = metrics("whole");
        assertThat(whole).endsWith(metrics("again").toArray(String[]::new));
    }

    @Test
    void theRatesByWhichNarrowAttentionIsChosenAreKept() throws IOException {
        SmallTasks tasks = new SmallTasks(folder);
        String train = tasks.reviews("train.csv", 8).toString();
        String rates = "product=100,attention=50,absorbed=70.5,memory=20";
        run(tasks, "run", "--train-file", train, "--max-steps", "2", "--save-steps", "1", "--cost-model", rates);
        for (String place : List.of("run", "run/checkpoint-1")) {
            Path record = folder.resolve(place).resolve(RunConfig.FILE);
            assertThat(RunConfig.read(record).value("cost-model")).contains(rates);
        }
        Cli refused = Cli.run(tasks.arguments(
                "run",
                "--train-file",
                train,
                "--max-steps",
                "3",
                "--save-steps",
                "1",
                "--resume-from-checkpoint",
                "--cost-model",
                "product=100,attention=50,absorbed=71,memory=20"));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("--cost-model is product=100,attention=50,absorbed=71,memory=20", rates);
    }
}
