package org.narrowbert.model.training;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.narrowbert.engine.error.UserError;

/**
 * What ends a run before its last step.
 *
 * @param lossSpike how far, in nats, the running average of the training loss may rise above its lowest
 * @param maxTrainTime how long this process may train; the run can be resumed afterwards
 * @param patience validations without a better one after which the run has learned what it can
 */
public record StopRules(Optional<Double> lossSpike, Optional<Duration> maxTrainTime, OptionalInt patience) {
    /** Only the last step ends a run. */
    public static final StopRules NONE = new StopRules(Optional.empty(), Optional.empty());

    /** Without patience. */
    public StopRules(Optional<Double> lossSpike, Optional<Duration> maxTrainTime) {
        this(lossSpike, maxTrainTime, OptionalInt.empty());
    }

    public StopRules {
        lossSpike.ifPresent(rise -> {
            if (!(rise > 0)) {
                throw new UserError("--stop-on-loss-spike is " + rise + ": it must be above 0");
            }
        });
        patience.ifPresent(validations -> Intervals.atLeastOne("--early-stopping-patience", validations));
    }
}
