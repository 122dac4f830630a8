package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.ScheduleSettings;

class TrainingSettingsTest {
    @Test
    void settingsThatCannotBeAreRefusedByTheirOption() {
        assertThatThrownBy(() -> TinyRun.settings(0, 1, 1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--max-steps is 0");
        assertThatThrownBy(() -> TinyRun.settings(1, 0, 1)).hasMessageContaining("--eval-steps is 0");
        assertThatThrownBy(() -> new StopRules(Optional.of(-1.0), Optional.empty()))
                .hasMessageContaining("--stop-on-loss-spike is -1.0");
        assertThatThrownBy(() -> new TrainingSettings(
                        1,
                        1,
                        Double.NaN,
                        0,
                        ScheduleSettings.DEFAULT,
                        AdamWSettings.DEFAULT,
                        new Intervals(1, 1, 1),
                        StopRules.NONE))
                .hasMessageContaining("--learning-rate is NaN");
    }
}
