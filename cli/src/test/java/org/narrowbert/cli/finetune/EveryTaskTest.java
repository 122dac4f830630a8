package org.narrowbert.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.SmallTasks;

/** Every kind of task from its files to its predictions: finetune, evaluate, predict, with what evaluate measures equal to what finetune did. */
class EveryTaskTest {
    @TempDir
    private Path folder;

    /** What is learned, how it is told, and what its figures and its predictions have. */
    enum Kind {
        SQUAD("--task-name squad --max-seq-length 20 --doc-stride 3 --max-answer-length 2", "eval_exact_match", "{"),
        SQUAD_V2(
                "--task-name squad-v2 --max-seq-length 20 --doc-stride 3 --null-score-diff-threshold 0.25",
                "eval_best_f1",
                "{"),
        SEVERAL_LABELS(
                "--problem-type multi_label_classification --label-separator |", "eval_f1_macro", "\"prediction\":["),
        NUMBERS("--problem-type regression --metric-for-best-model mse", "eval_mse", "\"prediction\":"),
        CHOICES("--problem-type multiple_choice", "eval_accuracy", "\"prediction\":"),
        WEIGHTED_CLASSES("--class-weights 0.5,2", "eval_accuracy", "\"prediction\":\""),
        BALANCED_WORDS("--problem-type token_classification --class-weights balanced", "eval_f1", "\"prediction\":[");

        private final String options;
        private final String figure;
        private final String prediction;

        Kind(String options, String figure, String prediction) {
            this.options = options;
            this.figure = figure;
            this.prediction = prediction;
        }

        private Path file(SmallTasks tasks) {
            return switch (this) {
                case SQUAD -> tasks.questions("train.json", 4, false);
                case SQUAD_V2 -> tasks.questions("train.json", 4, true);
                case SEVERAL_LABELS ->
                    tasks.write(
                            "train.csv",
                            List.of(
                                    "text,label",
                                    "a fine day,good|day",
                                    "a dull film,bad|film",
                                    "the day was cold,bad"));
                case NUMBERS ->
                    tasks.write(
                            "train.csv",
                            List.of(
                                    "sentence1,sentence2,label",
                                    "a fine day,a warm day,4.5",
                                    "a film,a day,0.5",
                                    "a,the,2"));
                case CHOICES ->
                    tasks.write(
                            "train.csv",
                            List.of(
                                    "sent1,sent2,ending0,ending1,ending2,ending3,label",
                                    "ann met,the,day,film,bonn,warm,1",
                                    "the day,was,bonn,fine,ann,in,1",
                                    "ann was,in,bonn,fine,met,the,0"));
                case WEIGHTED_CLASSES -> tasks.reviews("train.csv", 6);
                case BALANCED_WORDS -> tasks.words("train.conll", 2);
            };
        }

        private List<String> options() {
            return Arrays.asList(options.split(" ", -1));
        }

        /** What a model does not know of itself: how its files are read. */
        private List<String> reading() {
            return this == SEVERAL_LABELS ? List.of("--label-separator", "|") : List.of();
        }
    }

    private static String[] all(List<String> first, String... more) {
        return Stream.concat(first.stream(), Arrays.stream(more)).toArray(String[]::new);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private void assertRuns(String... arguments) {
        Cli run = Cli.run(arguments);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    /** All figures; weights of classes are the run's alone, and so is a loss with them. */
    private List<String> figures(Kind kind, String name) throws IOException {
        boolean weighted = kind.options.contains("--class-weights");
        return Files.readAllLines(folder.resolve(name)).stream()
                .filter(line -> !(weighted && line.contains("eval_loss")))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aTaskGoesFromItsFilesToItsPredictions(Kind kind) throws IOException {
        SmallTasks tasks = new SmallTasks(folder);
        String train = kind.file(tasks).toString();
        tasks.fineTune(
                "run", all(kind.options(), "--train-file", train, "--validation-file", train, "--max-steps", "2"));
        String results = Files.readString(folder.resolve("run/eval_results.json"));
        assertThat(results).contains("\"" + kind.figure + "\": ");
        List<String> evaluate = new ArrayList<>(List.of("evaluate", "--model", file("run")));
        evaluate.addAll(kind.reading());
        assertRuns(all(evaluate, "--validation-file", train, "--output-file", file("again.json")));
        assertThat(figures(kind, "again.json")).isEqualTo(figures(kind, "run/eval_results.json"));
        List<String> predict = new ArrayList<>(List.of("predict", "--model", file("run")));
        predict.addAll(kind.reading());
        String format = kind.prediction.equals("{") ? "squad" : "json_lines";
        assertRuns(all(predict, "--test-file", train, "--output-file", file("out.json"), "--format", format));
        assertThat(Files.readString(folder.resolve("out.json"))).contains(kind.prediction);
    }

    @Test
    void aTasksFolderIsLearnedMeasuredAndPredictedAsItsServerWants() throws IOException {
        SmallTasks tasks = new SmallTasks(folder);
        List<String> header = List.of("index\tsentence1\tsentence2\tlabel");
        tasks.write(
                "glue/RTE/train.tsv",
                Stream.concat(header.stream(), Stream.of("0\ta film\ta day\tentailment", "1\ta\tthe\tnot_entailment"))
                        .toList());
        tasks.write(
                "glue/RTE/dev.tsv",
                Stream.concat(header.stream(), Stream.of("0\tthe film\ta day\tentailment"))
                        .toList());
        tasks.write("glue/RTE/test.tsv", List.of("index\tsentence1\tsentence2", "0\tthe film\ta day", "1\ta\tthe"));
        tasks.fineTune("run", "--task-name", "rte", "--data-dir", file("glue"), "--max-steps", "1");
        String results = Files.readString(folder.resolve("run/eval_results.json"));
        assertThat(results).contains("\"eval_accuracy\": ").doesNotContain("test_");
        assertRuns("evaluate", "--model", file("run"), "--data-dir", file("glue"), "--output-file", file("again.json"));
        assertThat(folder.resolve("again.json")).hasContent(results);
        assertRuns("predict", "--model", file("run"), "--data-dir", file("glue"), "--output-dir", file("submission"));
        assertThat(Files.readAllLines(folder.resolve("submission/RTE.tsv")))
                .hasSize(3)
                .first()
                .isEqualTo("index\tprediction");
    }

    @Test
    void theLabelledTestSetOfATasksFolderIsMeasuredInTheEnd() throws IOException {
        SmallTasks tasks = new SmallTasks(folder);
        for (String part : List.of("train", "test")) {
            tasks.write("aclImdb/" + part + "/pos/0_9.txt", List.of("the film was lovely"));
            tasks.write("aclImdb/" + part + "/neg/0_1.txt", List.of("the film was awful"));
        }
        Cli run = tasks.fineTune("run", "--task-name", "imdb", "--data-dir", file("aclImdb"), "--max-steps", "1");
        String results = Files.readString(folder.resolve("run/eval_results.json"));
        assertThat(results)
                .contains("\"test_accuracy\": ", "\"test_samples\": 2")
                .doesNotContain("eval_");
        assertThat(run.out()).doesNotContain("Nothing was evaluated");
        assertRuns(
                "evaluate", "--model", file("run"), "--data-dir", file("aclImdb"), "--output-file", file("again.json"));
        assertThat(folder.resolve("again.json")).hasContent(results);
    }
}
