package org.narrowbert.model.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.training.Evaluation;

class TaskResultsTest {
    @TempDir
    private Path folder;

    private static TaskResults.Measured measured(double loss, double f1, long labels, long examples) {
        return new TaskResults.Measured(new Evaluation(loss, Map.of("f1", f1), labels), examples);
    }

    private static TaskResults results() {
        Map<String, TaskResults.Measured> sets = new LinkedHashMap<>();
        sets.put("validation", measured(0.5, 0.75, 36, 9));
        sets.put("test", measured(0.25, 0.5, 16, 4));
        return TaskResults.of(sets);
    }

    @Test
    void samplesAreExamplesHoweverManyLabelsTheyHave() {
        assertThat(results().figures())
                .containsExactly(
                        Map.entry("eval_loss", 0.5),
                        Map.entry("eval_f1", 0.75),
                        Map.entry("eval_samples", 9.0),
                        Map.entry("test_loss", 0.25),
                        Map.entry("test_f1", 0.5),
                        Map.entry("test_samples", 4.0));
        assertThat(TaskResults.of(Map.of("validation", measured(0, 100, 0, 1))).figures())
                .as("there is no loss where nobody said what is right")
                .containsOnlyKeys("eval_f1", "eval_samples");
    }

    @Test
    void whatIsWrittenIsReadBackAndWhatWasChangedIsRefusedByName() throws IOException {
        assertThat(TaskResults.read(folder)).isEmpty();
        results().write(folder);
        assertThat(TaskResults.read(folder)).contains(results());
        Path file = folder.resolve(TaskResults.FILE);
        Files.writeString(file, Files.readString(file).replace("0.75", "\"good\""));
        assertThatThrownBy(() -> TaskResults.read(folder))
                .isInstanceOf(RunError.class)
                .hasMessageContainingAll("eval_results.json has \"good\" for 'eval_f1' where a number is expected");
    }
}
