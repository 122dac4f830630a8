package org.narrowbert.model.training.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.SaveReport;
import org.narrowbert.model.training.StepReport;
import org.narrowbert.model.training.StepResult;
import org.narrowbert.model.training.TrainingListener;
import org.narrowbert.model.training.TrainingReport;

class ListenersTest {
    private final List<String> told = new ArrayList<>();

    private TrainingListener named(String name) {
        return new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                told.add(name + " step " + report.step());
            }

            @Override
            public void logged(TrainingReport report) {
                told.add(name + " log " + report.step());
            }

            @Override
            public void evaluating(long blocksDone, long blocks) {
                told.add(name + " " + blocksDone + " of " + blocks);
            }

            @Override
            public void evaluated(EvaluationReport report) {
                told.add(name + " evaluation " + report.step());
            }

            @Override
            public void saved(SaveReport report) {
                told.add(name + " save " + report.step());
            }
        };
    }

    @Test
    void allAreToldOfEverythingInTheirOrder() {
        Listeners both = Listeners.of(named("a"), named("b"));
        both.stepped(step(1, 1));
        both.logged(Reports.training(2, 1));
        both.evaluating(1, 2);
        both.evaluated(Reports.evaluation(3, 1));
        both.saved(new SaveReport(4, Path.of("out"), 1));
        assertThat(told)
                .containsExactly(
                        "a step 1",
                        "b step 1",
                        "a log 2",
                        "b log 2",
                        "a 1 of 2",
                        "b 1 of 2",
                        "a evaluation 3",
                        "b evaluation 3",
                        "a save 4",
                        "b save 4");
    }

    @Test
    void thePeakIsMeasuredOnceAndOnlyWhenTheRunIsWarm() {
        MachinePeak peak = new MachinePeak(50, 100, 20, 2, 256);
        PeakWatch watch = PeakWatch.of(new CountingBackend(peak));
        watch.stepped(step(1, 4.5));
        assertThat(watch.get()).isEmpty();
        watch.stepped(step(2, 1));
        watch.stepped(step(3, 10));
        assertThat(watch.get()).contains(peak);
        assertThat(told).containsExactly("measured");
    }

    private static StepReport step(long step, double seconds) {
        return new StepReport(step, new StepResult(1, 1, 10, 2, 100), 1e-4, seconds);
    }

    /** Can do nothing but tell its peak. */
    private final class CountingBackend implements Backend {
        private final MachinePeak peak;

        private CountingBackend(MachinePeak peak) {
            this.peak = peak;
        }

        @Override
        public Optional<MachinePeak> measurePeak() {
            told.add("measured");
            return Optional.of(peak);
        }

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public ElementType elementType() {
            return ElementType.FLOAT32;
        }

        @Override
        public Kernels kernels() {
            throw new AssertionError("nothing is computed");
        }

        @Override
        public long workspaceBytes() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
