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

/** What finetune, evaluate and predict refuse, in one sentence and before anything is trained. */
class FineTuneRefusalTest {
    @TempDir
    private Path folder;

    private SmallTasks tasks = new SmallTasks(Path.of(""));

    @BeforeEach
    void layOut() {
        tasks = new SmallTasks(folder);
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
        tasks.reviews("train.csv", 8);
        tasks.write("three.csv", List.of("text,label", "a,x", "b,y", "c,z"));
        tasks.write("body.csv", List.of("body,label", "a,x"));
        Files.write(folder.resolve("latin.csv"), "text,label\n\u00e9t\u00e9,x\n".getBytes(StandardCharsets.ISO_8859_1));
        List<String> all = new ArrayList<>();
        for (String word : arguments.strip().split(" ")) {
            all.add(word.endsWith(".csv") ? folder.resolve(word).toString() : word);
        }
        Cli run = tasks.tryToFineTune("run", all.toArray(String[]::new));
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
                tasks.reviews("dev.csv", 4).toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("it is not fine-tuned for texts");
        Cli both = Cli.run("predict", "--model", tasks.model().toString(), "--test-file", "x");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("name either an --output-file or an --output-dir");
    }
}
