package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.Schedule;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.optimizer.ScheduleType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Learning rates against those that transformers' schedulers gave. */
class LearningRateTest {
    /** A few units in the last place: the factors are made of a handful of operations in double on both sides. */
    private static final double ROUNDING = 1e-14;

    static Stream<JsonNode> transformersSchedules() {
        return JsonMapper.shared()
                .readTree(Path.of("src", "test", "resources", "schedules.json").toFile())
                .valueStream();
    }

    @ParameterizedTest
    @MethodSource("transformersSchedules")
    void everyStepHasTheRateOfTransformers(JsonNode golden) {
        Schedule schedule = settings(golden)
                .schedule(
                        golden.path("warmup_steps").asLong(),
                        golden.path("max_steps").asLong(),
                        1);
        assertThat(golden.path("rates").size()).isGreaterThan(20);
        for (int step = 0; step < golden.path("rates").size(); step++) {
            assertThat(schedule.at(step))
                    .as("step %d", step)
                    .isCloseTo(golden.path("rates").get(step).asDouble(), within(ROUNDING));
        }
    }

    private static ScheduleSettings settings(JsonNode golden) {
        ScheduleSettings settings = ScheduleSettings.of(
                ScheduleType.named(golden.path("lr_scheduler_type").asString()));
        if (golden.has("num_cycles")) {
            settings = settings.withCycles(golden.path("num_cycles").asDouble());
        }
        if (golden.has("power")) {
            settings = settings.withPower(golden.path("power").asDouble());
        }
        return golden.has("lr_end") ? settings.withEndRate(golden.path("lr_end").asDouble()) : settings;
    }

    @Test
    void aPolynomialEndsAtTheRateAskedForWhateverTheHighestRateIs() {
        ScheduleSettings polynomial =
                ScheduleSettings.of(ScheduleType.POLYNOMIAL).withEndRate(1e-5);
        double factor = run(polynomial, 10, 100, 5e-4).schedule().at(100);
        assertThat(5e-4 * factor).isCloseTo(1e-5, within(1e-18));
        assertThatThrownBy(() -> run(polynomial, 10, 100, 1e-5))
                .isInstanceOf(UserError.class)
                .hasMessage("--lr-end is 1.0E-5: it must be below --learning-rate 1.0E-5");
    }

    @Test
    void aRunThatEndsDuringItsWarmUpOnlyRises() {
        for (ScheduleType type : ScheduleType.values()) {
            ScheduleSettings settings = ScheduleSettings.of(type);
            if (settings.warmsUp()) {
                Schedule schedule = run(settings, 8, 4, 1).schedule();
                assertThat(schedule.at(3)).as(type.toString()).isEqualTo(0.375);
                assertThat(schedule.at(8)).as(type.toString()).isBetween(0.0, 1.0);
            }
        }
    }

    @Test
    void aMisspeltScheduleIsRefusedWithTheNearestNameFirst() {
        assertThat(ScheduleType.named("Cosine-With-Restarts")).isEqualTo(ScheduleType.COSINE_WITH_RESTARTS);
        assertThatThrownBy(() -> ScheduleType.named("cosin"))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("--lr-scheduler-type 'cosin' is not known: choose cosine, ")
                .hasMessageContaining("constant_with_warmup");
    }

    @Test
    void numbersThatMeanNothingToAScheduleAreRefused() {
        assertThatThrownBy(() -> ScheduleSettings.DEFAULT.withCycles(2))
                .hasMessage("--lr-num-cycles means nothing to --lr-scheduler-type linear: leave it out");
        assertThatThrownBy(() ->
                        ScheduleSettings.of(ScheduleType.COSINE_WITH_RESTARTS).withCycles(1.5))
                .hasMessageContaining("--lr-num-cycles is 1.5: it must be a whole number from 1");
        assertThatThrownBy(() -> ScheduleSettings.of(ScheduleType.POLYNOMIAL).withPower(Double.NaN))
                .hasMessageContaining("--lr-power is NaN");
        assertThatThrownBy(() -> ScheduleSettings.of(ScheduleType.POLYNOMIAL).withEndRate(-1))
                .hasMessageContaining("--lr-end is -1.0");
        assertThatThrownBy(() -> run(ScheduleSettings.of(ScheduleType.CONSTANT), 5, 100, 1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--lr-scheduler-type constant has no warm-up: choose constant_with_warmup");
    }

    private static TrainingSettings run(ScheduleSettings scheduler, long warmupSteps, long steps, double learningRate) {
        return new TrainingSettings(
                steps,
                1,
                learningRate,
                warmupSteps,
                scheduler,
                AdamWSettings.DEFAULT,
                new Intervals(1, 1, 1),
                StopRules.NONE);
    }
}
