package org.narrowbert.model.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedSummaryTest {
    private static SequencedMap<Long, TaskResults> results() {
        SequencedMap<Long, TaskResults> results = new LinkedHashMap<>();
        results.put(7L, new TaskResults(Map.of("eval_loss", 1.0, "eval_pearson", Double.NaN, "eval_samples", 4.0)));
        results.put(8L, new TaskResults(Map.of()));
        results.put(9L, new TaskResults(Map.of("eval_loss", 3.0, "eval_pearson", 0.5, "eval_f1", 0.5)));
        return results;
    }

    @Test
    void onlyRunsWithFiguresCountAndOnlyFiguresThatAllOfThemHave() {
        SeedSummary summary = SeedSummary.of(results());
        assertThat(summary.seeds()).containsExactly(7L, 9L);
        assertThat(summary.values()).isEqualTo(Map.of("eval_loss", List.of(1.0, 3.0)));
        assertThat(summary.lines())
                .containsExactly(
                        "over 2 seeds, mean and standard deviation:", "  %-28s 2.0000  1.4142".formatted("eval_loss"));
    }

    @Test
    void whatIsWrittenIsJson(@TempDir Path folder) throws IOException {
        SeedSummary.of(results()).write(folder);
        assertThat(Files.readString(folder.resolve("all_results.json")))
                .contains("\"mean\": 2.0", "\"values\": [")
                .doesNotContain("NaN", "pearson");
    }
}
