package org.narrowbert.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.SmallTasks;

/** What a fine-tuned model's folder tells evaluate and predict, also where others wrote it. */
class FineTunedModelTest {
    @TempDir
    private Path folder;

    private SmallTasks tasks = new SmallTasks(Path.of(""));

    @BeforeEach
    void layOut() {
        tasks = new SmallTasks(folder);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private Cli evaluate(String... more) {
        return onModel("evaluate", more);
    }

    private Cli onModel(String command, String... more) {
        return Cli.run(Stream.concat(Stream.of(command, "--model", file("run")), Stream.of(more))
                .toArray(String[]::new));
    }

    private void learnReviews(String... more) {
        String train = tasks.reviews("train.csv", 16).toString();
        tasks.fineTune(
                "run",
                Stream.concat(
                                Stream.of("--train-file", train, "--validation-file", train, "--max-steps", "3"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void aModelIsMeasuredWithTheLengthThatItWasFineTunedWith() throws IOException {
        // Without its last word a review is neither good nor bad.
        learnReviews("--max-seq-length", "5");
        String results = Files.readString(folder.resolve("run/eval_results.json"));
        assertThat(Files.readString(folder.resolve("run/tokenizer_config.json")))
                .contains("\"model_max_length\" : 5");
        assertThat(evaluate("--validation-file", file("train.csv"), "--output-file", file("own.json"))
                        .err())
                .isEmpty();
        assertThat(folder.resolve("own.json")).hasContent(results);
        assertThat(evaluate(
                                "--validation-file",
                                file("train.csv"),
                                "--output-file",
                                file("longer.json"),
                                "--max-seq-length",
                                "24")
                        .err())
                .isEmpty();
        assertThat(Files.readString(folder.resolve("longer.json"))).isNotEqualTo(results);
    }

    @Test
    void aModelOfPairsReadsTheColumnsThatItLearnedFrom() throws IOException {
        tasks.write("pairs.csv", List.of("id,premise,claim,verdict", "1,a,b,yes", "2,b,a,no", "3,a,a,yes", "4,b,b,no"));
        tasks.fineTune(
                "run",
                "--train-file",
                file("pairs.csv"),
                "--text-column",
                "premise",
                "--second-text-column",
                "claim",
                "--label-column",
                "verdict",
                "--max-steps",
                "1");
        assertThat(evaluate("--validation-file", file("pairs.csv"), "--output-file", file("own.json"))
                        .err())
                .isEmpty();
        assertThat(evaluate(
                                "--validation-file",
                                file("pairs.csv"),
                                "--second-text-column",
                                "premise",
                                "--output-file",
                                file("other.json"))
                        .err())
                .isEmpty();
        assertThat(Files.readString(folder.resolve("other.json")))
                .isNotEqualTo(Files.readString(folder.resolve("own.json")));
        Cli same = evaluate(
                "--validation-file",
                file("pairs.csv"),
                "--problem-type",
                "single_label_classification",
                "--output-file",
                file("same.json"));
        assertThat(same.out())
                .contains("note: as the model was fine-tuned: --text-column premise, --second-text-column claim,"
                        + " --label-column verdict");
        assertThat(folder.resolve("same.json")).hasContent(Files.readString(folder.resolve("own.json")));
        tasks.write("alone.csv", List.of("premise", "a"));
        Cli alone = onModel("predict", "--test-file", file("alone.csv"), "--output-file", file("alone.jsonl"));
        assertThat(alone.exitCode()).isEqualTo(1);
        assertThat(alone.err()).contains("alone.csv", "claim");
    }

    @Test
    void theTaskThatComesAlongIsMeasuredAsItWasDividedAndReadsOtherFiles() throws IOException {
        Cli run = tasks.fineTune(
                "run",
                "--task-name",
                "wordnet",
                "--max-train-samples",
                "8",
                "--max-eval-samples",
                "6",
                "--max-steps",
                "1",
                "--validation-split-percentage",
                "2",
                "--split-seed",
                "5");
        assertThat(run.out()).contains("  ./narrowbert evaluate --model \"" + file("run") + "\"\n");
        assertThat(evaluate("--max-eval-samples", "6", "--output-file", file("again.json"))
                        .err())
                .isEmpty();
        assertThat(folder.resolve("again.json")).hasContent(Files.readString(folder.resolve("run/eval_results.json")));
        Path mine = tasks.write("mine.csv", List.of("text,label", "a film,noun.artifact", "a day,noun.time"));
        Cli evaluated = evaluate("--validation-file", mine.toString());
        assertThat(evaluated.err()).isEmpty();
        assertThat(evaluated.out()).contains("eval_samples                 2");
        assertThat(onModel("predict", "--test-file", mine.toString(), "--output-file", file("out.jsonl"))
                        .err())
                .isEmpty();
        assertThat(Files.readAllLines(folder.resolve("out.jsonl"))).hasSize(2);
    }

    @Test
    void labelsThatHuggingFaceLeavesOutAreThoseOfTheWeights() throws IOException {
        learnReviews();
        Path config = folder.resolve("run/config.json");
        SmallTasks.replace(config, "\"id2label\": \\{[^}]*\\},", "");
        SmallTasks.replace(config, "\"label2id\": \\{[^}]*\\},", "");
        Path numbers = tasks.write("numbers.csv", List.of("text,label", "the film was awful,0", "a lovely day,1"));
        Cli nameless = evaluate("--validation-file", numbers.toString());
        assertThat(nameless.err()).isEmpty();
        assertThat(nameless.out()).contains("0 is taken as LABEL_0", "eval_samples                 2");
        Cli exported = Cli.run(
                "model",
                "export-onnx",
                "--model",
                file("run"),
                "--head",
                "classification",
                "--output-file",
                file("model.onnx"));
        assertThat(exported.err()).isEmpty();

        SmallTasks.replace(config, "\"finetuning_task\": \"texts\"", "\"finetuning_task\": \"SST-2\"");
        Path sentences = tasks.write("dev.tsv", List.of("sentence\tlabel", "a film\t0", "a day\t1"));
        assertThat(onModel("predict", "--test-file", sentences.toString(), "--output-file", file("out.jsonl"))
                        .err())
                .isEmpty();
        assertThat(Files.readString(folder.resolve("out.jsonl"))).containsPattern("\"prediction\":\"(nega|posi)tive\"");
    }

    @Test
    void aTokenizerOfAnotherModelIsRefused() throws IOException {
        learnReviews();
        for (String model : List.of("model", "run")) {
            Files.delete(folder.resolve(model).resolve("tokenizer.json"));
            List<String> vocabulary =
                    new ArrayList<>(Files.readAllLines(folder.resolve(model).resolve("vocab.txt")));
            vocabulary.add("more");
            Files.write(folder.resolve(model).resolve("vocab.txt"), vocabulary);
        }
        String sentence = "tokens, but config.json gives the model";
        Cli again = Cli.run(tasks.arguments("other", "--train-file", file("train.csv")));
        assertThat(again.err()).contains(sentence);
        assertThat(again.exitCode()).isEqualTo(1);
        Cli evaluated = evaluate("--validation-file", file("train.csv"));
        assertThat(evaluated.err()).contains(sentence);
        assertThat(evaluated.exitCode()).isEqualTo(1);
    }

    @Test
    void pairsAreRefusedByAModelWithOneTokenType() throws IOException {
        SmallTasks.replace(tasks.model().resolve("config.json"), "\"type_vocab_size\": 2", "\"type_vocab_size\": 1");
        Path pairs = tasks.write("pairs.csv", List.of("sentence1,sentence2,label", "a film,a day,x", "a,the,y"));
        Cli run = Cli.run(tasks.arguments("run", "--train-file", pairs.toString()));
        assertThat(run.err()).contains(pairs + " has pairs of texts, but the model has one token type");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void whatIsWrongWithAModelIsNamed() throws IOException {
        learnReviews();
        Path config = folder.resolve("run/config.json");
        String sound = Files.readString(config);
        SmallTasks.replace(config, "single_label_classification", "several");
        Cli unknown = evaluate("--validation-file", file("train.csv"));
        assertThat(unknown.err()).contains(config + ": problem_type is 'several', which is not known");
        assertThat(unknown.exitCode()).isEqualTo(1);
        Cli told = evaluate("--validation-file", file("train.csv"), "--problem-type", "single_label_classification");
        assertThat(told.err()).isEmpty();

        Files.writeString(config, sound);
        SmallTasks.replace(config, "\\{sf\\}1:\\{sf\\}1", "{sf}2:{sf}1");
        SmallTasks.replace(config, "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
        Cli short_ = evaluate("--validation-file", file("train.csv"));
        assertThat(short_.err())
                .contains("has no weights for bert.encoder.layer.1.", "the weights are incomplete")
                .doesNotContain("fine-tuned");
        assertThat(short_.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    predict --test-file x --output-file no/out.jsonl            | there is no folder
                    predict --test-file x --output-file .                       | is a folder: name a file
                    predict --test-file x --output-file x                       | is the --test-file
                    predict --test-file x --output-file y --format glu          | --format 'glu' is not known
                    evaluate --validation-file x --output-file no/out.json      | --output-file no/out.json: there is no folder
                    evaluate --validation-file x --details-file no/out.json     | --details-file no/out.json: there is no folder
                    evaluate --validation-file x --output-file x                | is the --validation-file
                    evaluate --output-file y --details-file y                   | --details-file y is the --output-file
                    """)
    void aWrongPlaceIsRefusedBeforeTheModelIsOpened(String command, String sentence) {
        Cli run = Cli.run((command.strip() + " --model " + folder.resolve("nowhere")).split(" ", -1));
        assertThat(run.err()).contains(sentence).hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    --doc-stride 3                                          | --doc-stride is for question answering
                    --n-best-size 3                                         | --n-best-size is for question answering
                    --max-answer-length 3                                   | --max-answer-length is for question answering
                    --null-score-diff-threshold 0.5                         | --null-score-diff-threshold is for --task-name squad-v2
                    --label-separator ;                                     | --label-separator is for texts with several labels
                    --problem-type token_classification --label-separator ; | --label-separator says nothing of token_classification
                    --problem-type token_classification --second-text-column b | --second-text-column says nothing of
                    --problem-type multiple_choice --text-column a          | --text-column says nothing of multiple_choice
                    --problem-type question_answering --label-column a      | --label-column says nothing of question_answering
                    --task-name rte --text-column a                         | --text-column is for tasks without a name
                    """)
    void anOptionThatSaysNothingIsRefused(String options, String sentence) throws IOException {
        learnReviews();
        Cli run = evaluate(("--validation-file " + file("train.csv") + " " + options.strip()).split(" ", -1));
        assertThat(run.err()).contains(sentence).hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void columnsAreRefusedWhereTheModelNamesItsTask() throws IOException {
        learnReviews();
        SmallTasks.replace(
                folder.resolve("run/config.json"), "\"finetuning_task\": \"texts\"", "\"finetuning_task\": \"sst2\"");
        Cli run = evaluate("--validation-file", file("train.csv"), "--text-column", "text");
        assertThat(run.err())
                .contains("--text-column is for tasks without a name, and the model was fine-tuned for sst2");
        assertThat(run.exitCode()).isEqualTo(2);
        Cli table = evaluate(
                "--validation-file",
                file("train.csv"),
                "--text-column",
                "text",
                "--problem-type",
                "single_label_classification");
        assertThat(table.err()).isEmpty();
    }
}
