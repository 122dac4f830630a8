package org.narrowbert.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;

/** What plan refuses because it cannot be, or because it would say nothing of what is planned. */
class PlanRefusalTest {
    private static Cli plan(String options) {
        return Cli.run(Stream.concat(Stream.of("plan"), Arrays.stream(options.split(" ", -1)))
                .toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--max-seq-length 0 | --max-seq-length is 0: it must be 1 or more",
                "--per-device-train-batch-size 0 | --per-device-train-batch-size is 0: it must be 1 or more",
                "--mlm-probability 1.5 | --mlm-probability is 1.5: it must be above 0 and at most 1",
                "--layout sparse-queries-0 | a whole number from 1 and less than the model's 6 layers",
                "--layout bert --token-keep 0.3 | --token-keep means nothing to --layout bert, which has no brackets",
                "--inference --hidden-dropout-prob 0.5 | --hidden-dropout-prob is for training",
                "--inference --attention-probs-dropout-prob 0.5 | --attention-probs-dropout-prob is for training",
                "--inference --layout token-dropping --token-keep 0.3 | --token-keep is for training",
                "--inference --head cls --mlm-probability 0.2 | --mlm-probability is for --head mlm",
                "--initializer-range 0.1 | --initializer-range is not an option of 'narrowbert plan'",
                "--token-keep-random 0.1 | --token-keep-random is not an option of 'narrowbert plan'",
                "--token-importance-beta 0.9 | --token-importance-beta is not an option of 'narrowbert plan'",
            })
    void oneSentenceNamesTheOptionThatIsWrong(String options, String sentence) {
        Cli refused = plan(options);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains(sentence).doesNotContain("--per-device-train-batch-size 8");
        assertThat(refused.out()).isEmpty();
    }

    @Test
    void whatSaysSomethingIsTaken() {
        assertThat(plan("--inference --mlm-probability 0.2").exitCode()).isZero();
        assertThat(plan("--hidden-dropout-prob 0").exitCode()).isZero();
        assertThat(plan("--layout token-dropping --token-keep 0.25").out())
                .contains("1,024 tokens, 160 narrow rows, 256 kept rows");
    }

    @Test
    void oneOfAKindIsNotCalledSeveral() {
        assertThat(plan("--inference --head cls --per-device-train-batch-size 1 --threads 1")
                        .out())
                .contains(
                        "batch of 1 sequence of 128: 128 tokens, 1 narrow row, 0 kept rows",
                        "backend on 1 thread\n",
                        "1 narrow row of 128 tokens");
    }

    @Test
    void aHeadThatReadsAllRowsSaysWhyTheLastLayerHasNarrowOnes() {
        String mean = "--inference --layout bert --head mean";
        assertThat(plan(mean).out())
                .contains("every row is a narrow one: what is computed on narrow rows is computed on all")
                .contains("last layer: of narrow rows, which are all (--narrow-last-layer auto)");
        assertThat(plan(mean + " --narrow-last-layer off").out()).doesNotContain("which are all", "stacked");
    }
}
