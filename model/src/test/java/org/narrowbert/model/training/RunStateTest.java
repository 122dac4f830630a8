package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.narrowbert.model.checkpoint.run.RunProgress;

/** Which checkpoint of a run is the best. */
class RunStateTest {
    private static final BestMetric PEARSON = new BestMetric("pearson", true);

    private static void validated(RunState state, double pearson) {
        state.evaluated(new Evaluation(1, Map.of("pearson", pearson), 8));
        state.saving(true);
    }

    private static RunState begun() {
        return new RunState(RunProgress.start(1, "data"), PEARSON);
    }

    @Test
    void aFigureThatIsNoNumberIsNeverTheBest() {
        RunState state = begun();
        validated(state, Double.NaN);
        assertThat(state.progress(0).best()).isEmpty();
        validated(state, -0.5);
        assertThat(state.progress(0).best()).contains(new RunProgress.Best(0, -0.5));
        validated(state, Double.NaN);
        assertThat(state.progress(0).best()).contains(new RunProgress.Best(0, -0.5));
    }

    @Test
    void aBestThatNoFileCouldHoldIsRefused() {
        assertThat(Optional.of(new RunProgress.Best(3, 0.25)).map(RunProgress.Best::value))
                .contains(0.25);
        assertThatThrownBy(() -> new RunProgress.Best(3, Double.NEGATIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
