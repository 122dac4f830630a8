package org.narrowbert.model.training.log;

import java.util.Optional;
import java.util.function.Supplier;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.model.training.StepReport;
import org.narrowbert.model.training.TrainingListener;

/**
 * Measures the machine's peak once in a run, between two steps: not before the steps have taken {@link #WARM_SECONDS}. By then everything is
 * compiled, and the processor runs at the speed it can hold; and a run that is over sooner is not held up for a share nobody reads.
 */
public final class PeakWatch implements TrainingListener, Supplier<Optional<MachinePeak>> {
    /** Seconds of steps before the measurement, which takes one more. */
    public static final double WARM_SECONDS = 5;

    private final Supplier<Optional<MachinePeak>> measurement;
    private double seconds;
    private boolean measured;
    private Optional<MachinePeak> peak = Optional.empty();

    private PeakWatch(Supplier<Optional<MachinePeak>> measurement) {
        this.measurement = measurement;
    }

    /** Of the machine that a backend computes on; it must outlive the run. */
    public static PeakWatch of(Backend backend) {
        return new PeakWatch(backend::measurePeak);
    }

    @Override
    public void stepped(StepReport report) {
        seconds += report.seconds();
        if (!measured && seconds >= WARM_SECONDS) {
            measured = true;
            peak = measurement.get();
        }
    }

    /** The peak, once it was measured. */
    @Override
    public Optional<MachinePeak> get() {
        return peak;
    }
}
