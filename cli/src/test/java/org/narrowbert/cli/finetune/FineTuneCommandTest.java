package org.narrowbert.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.SmallTasks;

/** From labelled files to a model that answers: finetune, evaluate, predict. */
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
        return Cli.run(
                tasks.arguments(output, with(List.of("--threads", "2"), more).toArray(String[]::new)));
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

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    --task-name colla                                        | 2 | there is no task 'colla': did you mean cola
                    --problem-type regresion                                 | 2 | --problem-type 'regresion' is not known: choose regression
                    --data-dir .                                             | 2 | --data-dir is the folder of a task that has a name
                    --max-seq-length 99 --train-file train.csv               | 2 | the model has only 24 positions
                    --freeze-layers 7 --train-file train.csv                 | 2 | --freeze-layers is 7
                    --class-weights 1,x --train-file train.csv               | 2 | --class-weights is '1,x'
                    --class-weights 0,0 --train-file train.csv               | 2 | --class-weights is '0,0'
                    --class-weights 1,2,3 --train-file train.csv             | 2 | --class-weights has 3 numbers, but there are 2 labels: bad, good
                    --metric-for-best-model bleu --train-file train.csv      | 2 | --metric-for-best-model is bleu, but texts has accuracy
                    --save-steps 3 --eval-steps 2 --train-file train.csv --validation-file train.csv | 2 | must be a multiple of the second
                    --early-stopping-patience 1 --train-file train.csv       | 2 | there is nothing to evaluate on
                    --per-device-train-batch-size 0 --train-file train.csv   | 2 | --per-device-train-batch-size is 0
                    --seed 1                                                 | 2 | there is nothing to train on: name a --train-file
                    --train-file train.csv --test-split-percentage 100       | 2 | --test-split-percentage is 100.0: it must be 0 or more and below 100
                    --train-file train.csv --validation-split-percentage 60 --test-split-percentage 40 | 2 | leave nothing to learn from
                    --train-file train.csv --validation-file train.csv --test-split-percentage 5 | 2 | --validation-file names others
                    --task-name wordnet --train-file train.csv               | 1 | has the label 'good', and the labels are
                    --task-name wordnet --validation-file train.csv          | 2 | the training examples are to be divided, and --validation-file names others
                    --train-file train.csv --split-seed 2                    | 2 | --split-seed is 2, but nothing is divided
                    --train-file train.csv --doc-stride 5                    | 2 | --doc-stride is for question answering
                    --train-file three.csv --metric-for-best-model f1        | 2 | --metric-for-best-model is f1, but texts with 3 labels has accuracy
                    --train-file body.csv                                    | 1 | name the column with the text with --text-column
                    --train-file latin.csv                                   | 1 | convert the file to UTF-8
                    --train-file nowhere.csv                                 | 1 | nowhere.csv
                    --train-file train.csv --label-column stars              | 1 | stars
                    """)
    void aWrongCommandIsOneSentence(String arguments, int exitCode, String sentence) throws IOException {
        reviews("train.csv", 8);
        tasks.write("three.csv", List.of("text,label", "a,x", "b,y", "c,z"));
        tasks.write("body.csv", List.of("body,label", "a,x"));
        Files.write(folder.resolve("latin.csv"), "text,label\n\u00e9t\u00e9,x\n".getBytes(StandardCharsets.ISO_8859_1));
        List<String> all = new ArrayList<>();
        for (String word : arguments.strip().split(" ")) {
            all.add(word.endsWith(".csv") ? folder.resolve(word).toString() : word);
        }
        Cli run = fineTune("run", all.toArray(String[]::new));
        assertThat(run.err()).contains(sentence).doesNotContain("\tat ", "--encoding-errors");
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void aModelThatWasNotFineTunedDoesNotAnswer() throws IOException {
        Cli run = Cli.run(
                "evaluate",
                "--model",
                tasks.model().toString(),
                "--validation-file",
                reviews("dev.csv", 4).toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("it is not fine-tuned for texts");
        Cli both = Cli.run("predict", "--model", tasks.model().toString(), "--test-file", "x");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("name either an --output-file or an --output-dir");
    }
}
