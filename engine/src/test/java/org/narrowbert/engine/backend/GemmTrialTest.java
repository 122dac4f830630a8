package org.narrowbert.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.GemmTrial.Entry;

class GemmTrialTest {
    @ParameterizedTest
    @CsvSource({
        "0.96, 1.2, PANAMA", // faster by no more than chance
        "0.94, 1.2, BLAS",
        "0.94, 0.5, ONEDNN",
        "1.5, 0.96, PANAMA"
    })
    void aLibraryIsTakenWhereItIsFasterByMoreThanChance(double blas, double oneDnn, Gemm taken) {
        GemmTrial trial = new GemmTrial(
                List.of(new Entry(Gemm.PANAMA, 1), new Entry(Gemm.BLAS, blas), new Entry(Gemm.ONEDNN, oneDnn)),
                List.of());
        assertThat(trial.best()).isEqualTo(taken);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allThatAreHereAreTriedInJavaFirst(boolean gradients) {
        GemmTrial trial = GemmTrial.run(
                Backends.find().named("vector"),
                1,
                Map.of(new LinearShape(4, 16, 32), 3, new LinearShape(2, 8, 8), 1),
                gradients);
        assertThat(trial.entries().getFirst().gemm()).isEqualTo(Gemm.PANAMA);
        assertThat(trial.entries()).allSatisfy(entry -> {
            assertThat(entry.seconds()).isPositive();
            assertThat(entry.gemm().availability()).isInstanceOf(Availability.Ready.class);
        });
        assertThat(trial.refusals()).isEmpty();
    }

    @Test
    void whereNoLibraryTookPartOursAreTaken() {
        assertThat(new GemmTrial(List.of(new Entry(Gemm.PANAMA, 1)), List.of("onednn: refused")).best())
                .isEqualTo(Gemm.PANAMA);
    }
}
