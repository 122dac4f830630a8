package org.narrowbert.engine.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.plan.CostModel;

class CalibrationTest {
    @Test
    void everyRateIsANumberAboveZero() {
        try (Backend backend = Backends.find().named("vector").open(new BackendOptions(2));
                Calibration calibration = new Calibration(backend, 0)) {
            CostModel measured = calibration.measure();
            assertThat(DoubleStream.of(
                            measured.productGigaflops(),
                            measured.attentionGigaflops(),
                            measured.absorbedGigaflops(),
                            measured.gigabytesPerSecond()))
                    .allMatch(rate -> rate > 0 && Double.isFinite(rate));
        }
    }
}
