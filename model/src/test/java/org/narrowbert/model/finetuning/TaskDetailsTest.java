package org.narrowbert.model.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.evaluation.Mistake;
import org.narrowbert.model.finetuning.batch.TaskBatches;
import org.narrowbert.model.finetuning.sample.EncodedText;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;
import org.narrowbert.model.task.reading.TableColumns;

/** What a model does well and badly, from its logits to the file that a report reads. */
class TaskDetailsTest {
    private static final AnswerRules RULES = new AnswerRules(1, 1, false, 0);
    private static final EncodedText FIVE = new EncodedText(new int[] {1, 6, 7, 8, 2}, 5);

    @TempDir
    private Path folder;

    /** The details of examples of which the model says these logits. */
    private static TaskDetails details(
            Task task,
            List<String> labels,
            List<? extends Example> examples,
            List<TaskSample> samples,
            double[]... rows) {
        LabelledSet<Example> set =
                new LabelledSet<>(Path.of("a.csv"), task.kind(), labels, List.copyOf(examples), List.of());
        TaskScorer scorer = TaskScorer.detailed(task, set, samples, RULES);
        TaskBatches batches = new TaskBatches(task.kind(), labels.size(), new double[0]);
        try (Backend backend = Backends.find().named("reference").open(new BackendOptions(1));
                Buffer memory = backend.allocate((long) rows.length * rows[0].length)) {
            Matrix logits = Matrix.dense(memory, 0, rows.length, rows[0].length);
            for (int row = 0; row < rows.length; row++) {
                for (int column = 0; column < rows[0].length; column++) {
                    logits.set(row, column, rows[row][column]);
                }
            }
            scorer.add(batches.of(samples), logits);
        }
        return scorer.details();
    }

    private static TaskDetails ofTexts() {
        List<TextExample> examples = new ArrayList<>();
        List<TaskSample> samples = new ArrayList<>();
        int[] right = {0, 1, 1, 0};
        for (int i = 0; i < right.length; i++) {
            Target target = new Target.Label(right[i]);
            examples.add(new TextExample("text " + i, Optional.empty(), target));
            samples.add(new TaskSample.OfText(FIVE, target));
        }
        Task task = Task.ofTexts(
                TaskKind.SINGLE_LABEL, new TableColumns(Optional.empty(), Optional.empty(), "label", Optional.empty()));
        return details(
                task,
                List.of("no", "yes"),
                examples,
                samples,
                new double[] {3, 0},
                new double[] {1, 0},
                new double[] {2, 0},
                new double[] {0, 0.5});
    }

    @Test
    void theWorstMistakesComeFirstWithTheirLoss() {
        TaskDetails details = ofTexts();
        assertThat(details.details().confusion().orElseThrow().rows())
                .isEqualTo(List.of(Map.of(0, 1L, 1, 1L), Map.of(0, 2L)));
        assertThat(details.mistakes()).extracting(Mistake::text).containsExactly("text 2", "text 1", "text 3");
        assertThat(details.mistakes().getFirst().expected()).isEqualTo("yes");
        assertThat(details.mistakes().getFirst().predicted()).isEqualTo("no");
        // Cross-entropy of the right one of two logits that are 2 apart.
        assertThat(details.mistakes().getFirst().loss()).isCloseTo(Math.log(1 + Math.exp(2)), within(1e-6));
    }

    @Test
    void aSentencesLossIsTheMeanOfItsWords() {
        WordsExample words = new WordsExample(List.of("ann", "slept"), List.of(1, 0), 0);
        TaskDetails details = details(
                Task.named("conll2003"),
                List.of("O", "B-PER"),
                List.of(words),
                List.of(new TaskSample.OfWords(FIVE, new int[] {1, 2}, words.labels())),
                new double[] {2, 0},
                new double[] {0, 0});
        double mean = (Math.log(1 + Math.exp(2)) + Math.log(2)) / 2;
        assertThat(details.mistakes()).hasSize(1);
        assertThat(details.mistakes().getFirst().loss()).isCloseTo(mean, within(1e-6));
        assertThat(details.mistakes().getFirst().expected()).isEqualTo("ann B-PER");
    }

    @Test
    void aChoicesLossIsOverItsOwnChoices() {
        ChoiceExample choice = new ChoiceExample("she sat", List.of("down", "up"), OptionalInt.of(1));
        TaskDetails details = details(
                Task.ofChoices(),
                List.of(),
                List.of(choice),
                List.of(new TaskSample.OfChoices(List.of(FIVE, FIVE), OptionalInt.of(1))),
                new double[] {1},
                new double[] {0});
        assertThat(details.mistakes().getFirst().predicted()).isEqualTo("down");
        assertThat(details.mistakes().getFirst().loss()).isCloseTo(Math.log(1 + Math.E), within(1e-6));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Path file = folder.resolve(TaskDetails.FILE);
        TaskDetails details = ofTexts();
        TaskDetails.write(Map.of("validation", details), file);
        assertThat(TaskDetails.read(file)).isEqualTo(Map.of("validation", details));
        assertThat(TaskDetails.read(folder.resolve("none"))).isEmpty();
    }

    @Test
    void whatNeverHappenedIsNotWrittenAndMayBeThere() throws IOException {
        Path file = folder.resolve(TaskDetails.FILE);
        TaskDetails details = ofTexts();
        TaskDetails.write(Map.of("validation", details), file);
        String written = Files.readString(file);
        String sparse = written.replaceAll("\\s", "");
        assertThat(sparse).contains("\"confusion\":{\"no\":{\"no\":1,\"yes\":1},\"yes\":{\"no\":2}}");
        Files.writeString(file, sparse.replace("{\"no\":2}", "{\"no\":2,\"yes\":0}"));
        assertThat(TaskDetails.read(file).values())
                .extracting(TaskDetails::details)
                .containsExactly(details.details());
        Files.writeString(file, sparse.replace("{\"no\":2}", "{\"maybe\":2}"));
        assertThatThrownBy(() -> TaskDetails.read(file))
                .isInstanceOf(RunError.class)
                .hasMessageContainingAll(
                        "has 2 for 'validation.confusion.yes.maybe' where one of the matrix's labels is expected");
    }

    @Test
    void aLogitThatIsNoNumberIsNoPrediction() {
        Target target = new Target.Label(0);
        assertThatThrownBy(() -> details(
                        Task.named("rte"),
                        List.of("no", "yes"),
                        List.of(new TextExample("a", Optional.of("b"), target)),
                        List.of(new TaskSample.OfText(FIVE, target)),
                        new double[] {1, Double.NEGATIVE_INFINITY}))
                .isInstanceOf(RunError.class)
                .hasMessage("the model's logits are not numbers: its weights are spoiled, take an earlier save");
    }

    @Test
    void aFileThatWasChangedIsRefusedByName() throws IOException {
        Path file = folder.resolve(TaskDetails.FILE);
        TaskDetails.write(Map.of("validation", ofTexts()), file);
        Files.writeString(file, Files.readString(file).replace("\"support\": 2", "\"support\": \"many\""));
        assertThatThrownBy(() -> TaskDetails.read(file))
                .isInstanceOf(RunError.class)
                .hasMessageContainingAll("eval_details.json", "classes.no.support", "a whole number");
    }
}
