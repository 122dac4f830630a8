package org.narrowbert.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    private static final List<String> KNOWN = List.of(
            "learning-rate", "max-steps", "eval-steps", "num-train-epochs", "seed", "size", "threads", "train-file");

    @ParameterizedTest
    @CsvSource({
        "learning_rat, learning-rate",
        "learnign-rate, learning-rate",
        "maxsteps, max-steps",
        "max-step, max-steps",
        "sede, seed",
        "epochs, num-train-epochs",
        "train, train-file",
        "treads, threads",
    })
    void aMisspeltNameAndAPartOfOneNameAreRecognized(String typed, String meant) {
        assertThat(NearestName.of(typed, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"steps", "bogus", "x", "output", "rate-of-learning", "''", "eeee"})
    void whatIsNotNearIsNotGuessed(String typed) {
        assertThat(NearestName.of(typed, KNOWN)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"import", "export", "vector", "restart", "decode", "blank"})
    void aWordOfItsOwnIsNotTakenForACommand(String typed) {
        assertThat(NearestName.of(typed, List.of("pretrain", "plan", "report", "doctor", "bench", "encode")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource("1000000")
    void aVeryLongNameCostsNothing(int length) {
        assertThat(NearestName.of("x".repeat(length), KNOWN)).isEmpty();
    }
}
