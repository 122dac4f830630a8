package org.narrowbert.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.SmallTasks;

/** From labelled files to a model that answers: finetune, evaluate, predict; what is refused is in {@link FineTuneRefusalTest}. */
class FineTuneCommandTest {
    @TempDir
    private Path folder;

    private SmallTasks tasks = new SmallTasks(Path.of(""));

    @BeforeEach
    void layOut() {
        tasks = new SmallTasks(folder);
    }

    private Path reviews(String name, int count) {
        return tasks.reviews(name, count);
    }

    private static List<String> with(List<String> told, String... more) {
        List<String> all = new ArrayList<>(told);
        all.addAll(List.of(more));
        return all;
    }

    private Cli fineTune(String output, String... more) {
        return tasks.tryToFineTune(output, more);
    }

    @Test
    void reviewsAreLearnedMeasuredAndPredicted() throws IOException {
        Path train = reviews("train.csv", 64);
        Path dev = reviews("dev.csv", 16);
        Cli run = fineTune(
                "run",
                "--train-file",
                train.toString(),
                "--validation-file",
                dev.toString(),
                "--num-train-epochs",
                "5");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("labels bad, good", "eval_accuracy", "the model is in");
        String results = Files.readString(folder.resolve("run/eval_results.json"));
        assertThat(results).contains("\"eval_accuracy\": 1.0", "\"eval_samples\": 16");
        assertThat(Files.readString(folder.resolve("run/config.json")))
                .contains("BertForSequenceClassification", "\"0\": \"bad\"", "single_label_classification");

        Cli evaluated = Cli.run(
                "evaluate",
                "--model",
                folder.resolve("run").toString(),
                "--validation-file",
                dev.toString(),
                "--per-device-eval-batch-size",
                "5",
                "--output-file",
                folder.resolve("again.json").toString(),
                "--details-file",
                folder.resolve("details.json").toString());
        assertThat(evaluated.err()).isEmpty();
        assertThat(Files.readString(folder.resolve("again.json"))).isEqualTo(results);
        assertThat(Files.readAllBytes(folder.resolve("details.json")))
                .isEqualTo(Files.readAllBytes(folder.resolve("run/eval_details.json")));

        Files.writeString(folder.resolve("new.csv"), "text\nthe film was awful\na lovely day\n");
        Cli predicted = Cli.run(
                "predict",
                "--model",
                folder.resolve("run").toString(),
                "--test-file",
                folder.resolve("new.csv").toString(),
                "--output-file",
                folder.resolve("new.jsonl").toString());
        assertThat(predicted.err()).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("new.jsonl")))
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"prediction\":\"bad\""),
                        second -> assertThat(second).contains("\"prediction\":\"good\""));
    }

    @Test
    void oneFileIsDividedAndTheReportShowsWhatIsTakenForWhat() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(reviews("all.csv", 80)));
        for (int i = 0; i < 10; i++) {
            lines.add("a day met the film," + (i % 2 == 0 ? "good" : "bad"));
        }
        Path all = Files.write(folder.resolve("all.csv"), lines);
        Cli run = fineTune(
                "run",
                "--train-file",
                all.toString(),
                "--validation-split-percentage",
                "20",
                "--test-split-percentage",
                "30",
                "--num-train-epochs",
                "3");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("divided by seed 1: 44 to learn from, 18 to validate on, 28 to test on; SHA-256 ")
                .contains("test_accuracy", "always 'bad' would be right in 50.0 %");
        assertThat(Files.readString(folder.resolve("run/eval_results.json")))
                .contains("\"eval_samples\": 18", "\"test_samples\": 28");
        Path page = folder.resolve("page.html");
        Cli report = Cli.run("report", folder.resolve("run").toString(), "--output-file", page.toString());
        assertThat(report.err()).isEmpty();
        assertThat(Files.readString(page))
                .contains("Validation accuracy", "Test accuracy")
                .contains("test: what is taken for what", "test: label by label", "test: worst mistakes")
                .contains("a day met the film");
    }

    @Test
    void wordsAreLabelledAndWrittenAsColumns() throws IOException {
        Path file = tasks.words("train.conll", 24);
        Cli run = fineTune(
                "run",
                "--problem-type",
                "token_classification",
                "--train-file",
                file.toString(),
                "--validation-file",
                file.toString(),
                "--num-train-epochs",
                "4",
                "--max-eval-samples",
                "6");
        assertThat(run.err()).isEmpty();
        assertThat(Files.readString(folder.resolve("run/eval_results.json")))
                .contains("\"eval_f1\": 1.0", "\"eval_samples\": 6");
        Cli predicted = Cli.run(
                "predict",
                "--model",
                folder.resolve("run").toString(),
                "--test-file",
                file.toString(),
                "--output-file",
                folder.resolve("out.conll").toString());
        assertThat(predicted.err()).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("out.conll")).subList(0, 7))
                .containsExactly("ann B-PER B-PER", "met O O", "the O O", "film O O", "in O O", "bonn B-LOC B-LOC", "");
    }

    @Test
    void aRunThatStoppedGoesOnAsIfItHadNot() throws IOException {
        String train = reviews("train.csv", 40).toString();
        List<String> told = List.of("--train-file", train, "--validation-file", train, "--max-steps", "12");
        List<String> often = with(told, "--eval-steps", "5");
        assertThat(fineTune("whole", told.toArray(String[]::new)).exitCode()).isZero();
        // Evaluated after five steps, it is saved there too.
        assertThat(fineTune("cut", often.toArray(String[]::new)).exitCode()).isZero();
        List<String> goesOn = with(
                often,
                "--threads",
                "1",
                "--resume-from-checkpoint",
                folder.resolve("cut/checkpoint-5").toString());
        assertThat(fineTune("again", goesOn.toArray(String[]::new)).err()).isEmpty();
        assertThat(Files.readAllBytes(folder.resolve("again/checkpoint-12/model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("cut/checkpoint-12/model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("whole/checkpoint-12/model.safetensors")));
        Cli other = fineTune("again", "--learning-rate", "1e-3", "--resume-from-checkpoint");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("cannot resume", "--learning-rate is 0.001, the run was started with 0.005");
    }

    @Test
    void aRunGoesOnWithTheSameExamplesOnlyAlsoThoseThatItIsMeasuredOn() throws IOException {
        String train = reviews("train.csv", 16).toString();
        Path dev = reviews("dev.csv", 8);
        List<String> told = List.of("--train-file", train, "--validation-file", dev.toString(), "--max-steps", "2");
        assertThat(fineTune("run", told.toArray(String[]::new)).exitCode()).isZero();
        Files.writeString(dev, Files.readString(dev).replaceFirst("fine", "dull"));
        Cli other = fineTune("run", with(told, "--resume-from-checkpoint").toArray(String[]::new));
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err())
                .contains(
                        "was trained on other examples than those of " + train + ", " + dev + ": name the same files");
    }

    @Test
    void textsThatAreCutAreCountedInEverySet() throws IOException {
        Path train = reviews("train.csv", 16);
        Files.writeString(folder.resolve("dev.csv"), "text,label\nthe film was fine,good\na dull day,bad\n");
        String[] told = {"--max-seq-length", "5"};
        Cli run = fineTune(
                "run",
                with(
                                List.of(told),
                                "--train-file",
                                train.toString(),
                                "--validation-file",
                                folder.resolve("dev.csv").toString(),
                                "--max-steps",
                                "1")
                        .toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(
                        "note: train: 16 of 16 texts had more than 5 tokens and were cut: --max-seq-length takes longer",
                        "note: validation: 1 of 2 texts had more than 5 tokens and were cut");
        Cli evaluated = Cli.run(
                "evaluate",
                "--model",
                folder.resolve("run").toString(),
                "--validation-file",
                folder.resolve("dev.csv").toString(),
                "--max-seq-length",
                "5");
        assertThat(evaluated.out()).contains("note: validation: 1 of 2 texts had more than 5 tokens");
    }

    @Test
    void severalSeedsAreTrainedAndTheirMeanIsShown() throws IOException {
        Path train = reviews("train.csv", 16);
        Cli run = fineTune(
                "run",
                "--train-file",
                train.toString(),
                "--validation-file",
                train.toString(),
                "--max-steps",
                "2",
                "--seeds",
                "1,2");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("over 2 seeds, mean and standard deviation", "eval_accuracy");
        assertThat(Files.readString(folder.resolve("run/all_results.json")))
                .contains("\"seeds\"", "standard_deviation");
        assertThat(folder.resolve("run/seed-1/model.safetensors")).exists();
        assertThat(Files.readString(folder.resolve("run/seed-2/training_args.yaml")))
                .contains("seed: 2")
                .doesNotContain("seeds:");
    }

    @Test
    void anyFigureThatIsPrintedCanSayWhichModelIsBest() {
        String train = reviews("train.csv", 8).toString();
        for (String figure : List.of("f1", "eval_matthews_correlation")) {
            Cli run = fineTune(
                    "by-" + figure,
                    "--train-file",
                    train,
                    "--validation-file",
                    train,
                    "--max-steps",
                    "1",
                    "--metric-for-best-model",
                    figure);
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).contains("best at step 1: " + figure.replace("eval_", "") + " ");
        }
    }

    @Test
    void withoutAValidationSetItIsSavedAsOftenAsOneLikes() {
        String train = reviews("train.csv", 8).toString();
        Cli run = fineTune("run", "--train-file", train, "--max-steps", "3", "--eval-steps", "2", "--save-steps", "3");
        assertThat(run.err()).isEmpty();
        assertThat(folder.resolve("run/checkpoint-3")).exists();
    }

    @Test
    void aRunStopsWhereNothingBecomesBetterAndKeepsTheBest() throws IOException {
        Path train = reviews("train.csv", 16);
        Cli run = fineTune(
                "run",
                "--train-file",
                train.toString(),
                "--validation-file",
                train.toString(),
                "--num-train-epochs",
                "50",
                "--early-stopping-patience",
                "2");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("no evaluation was better since", "best at step");
        assertThat(Files.readString(folder.resolve("run/eval_results.json"))).contains("\"eval_accuracy\": 1.0");
    }
}
