package org.narrowbert.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.SmallTasks;

/** What becomes of the head that a pretrained model has. */
class FineTuningHeadTest {
    @TempDir
    private Path folder;

    private SmallTasks tasks = new SmallTasks(Path.of(""));

    @BeforeEach
    void layOut() {
        tasks = new SmallTasks(folder);
    }

    private Cli further(String output, String... more) {
        return tasks.fineTune(
                output,
                Stream.concat(
                                Stream.of("--model", folder.resolve("run").toString(), "--max-steps", "1"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void whatIsDrawnAndWhatIsLeftAsideIsTold() throws IOException {
        String train = tasks.reviews("train.csv", 8).toString();
        Cli run = tasks.fineTune("run", "--train-file", train, "--max-steps", "1");
        assertThat(run.out())
                .contains(
                        "fresh: bert.pooler.dense.weight, bert.pooler.dense.bias, classifier.weight, classifier.bias\n",
                        "not used of " + tasks.model() + ": cls.predictions.bias, ")
                .doesNotContain("its head is not taken");

        Cli same = further("same", "--train-file", train);
        assertThat(same.out()).doesNotContain("fresh:", "not used of");

        Path other = tasks.write("other.csv", List.of("text,label", "the film,good", "a day,warm"));
        Cli otherLabels = further("other", "--train-file", other.toString());
        assertThat(otherLabels.out())
                .contains(
                        "fresh: classifier.weight, classifier.bias\n",
                        ": classifier.bias, classifier.weight\n",
                        "its head is not taken: its labels are bad, good, those of the task are good, warm\n");
    }

    @Test
    void headsWithoutLabelsAreTakenWhereTheyHaveAsManyColumns() throws IOException {
        String questions = tasks.questions("questions.json", 3, false).toString();
        tasks.fineTune(
                "run",
                "--task-name",
                "squad",
                "--train-file",
                questions,
                "--max-steps",
                "1",
                "--max-seq-length",
                "24",
                "--doc-stride",
                "4");
        Cli squad = further(
                "more",
                "--task-name",
                "squad",
                "--train-file",
                questions,
                "--max-seq-length",
                "24",
                "--doc-stride",
                "4");
        assertThat(squad.out()).doesNotContain("fresh:", "not used of");
        assertThat(Files.readString(folder.resolve("run/config.json"))).doesNotContain("id2label");
    }
}
