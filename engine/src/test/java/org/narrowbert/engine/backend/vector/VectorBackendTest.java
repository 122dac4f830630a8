package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.check.OpCase;
import org.narrowbert.engine.check.OpRun;
import org.narrowbert.engine.check.RandomBatches;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Matrix;

class VectorBackendTest {
    private static final long MEBIBYTE = 1 << 20;

    @Test
    void itIsTheDefaultWhereTheVectorApiIsThere() {
        assertThat(Backends.find().preferred().name()).isEqualTo("vector");
        assertThat(new VectorBackendProvider().availability())
                .isInstanceOfSatisfying(
                        Availability.Ready.class,
                        ready -> assertThat(ready.what()).matches(".*float32 in vectors of (128|256|512) bits"));
    }

    @Test
    void itsWorkspaceIsBounded() {
        try (Backend backend = Backends.find().named("vector").open(new BackendOptions(2))) {
            assertThat(backend.elementType()).isEqualTo(ElementType.FLOAT32);
            assertThat(backend.workspaceBytes()).isBetween(MEBIBYTE, 32 * MEBIBYTE);
        }
    }

    @Test
    void aStepOfAnyOpTakesNoMoreWorkspaceThanWasReservedWhenItWasOpened() {
        OpCase.Sizes sizes = new OpCase.Sizes(300, 96, 200, 3, 40);
        for (OpCase opCase : OpCase.all(sizes)) {
            try (Backend backend = Backends.find().named("vector").open(new BackendOptions(3));
                    OpRun run = OpRun.open(opCase.graph(), new Extents(4, 160, 160, 160), backend)) {
                long reserved = backend.workspaceBytes();
                for (long seed = 1; seed <= 3; seed++) {
                    Random random = new Random(seed);
                    Batch batch = new RandomBatches(300, 2, 4, 40).next(random);
                    run.run(batch, OpRun.randomValues(opCase.graph(), batch, random));
                    assertThat(backend.workspaceBytes()).as(opCase.name()).isEqualTo(reserved);
                }
            }
        }
    }

    @Test
    void closedItComputesNoMore() {
        Backend backend = Backends.find().named("vector").open(new BackendOptions(2));
        try (Buffer buffer = Buffer.open(ElementType.FLOAT32, 64)) {
            Matrix matrix = Matrix.dense(buffer, 0, 8, 8);
            backend.close();
            assertThatThrownBy(() -> backend.kernels().linearInputGradient(matrix, matrix, matrix, false))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void theMachinesPeakIsMeasured() {
        try (Backend backend = Backends.find().named("vector").open(new BackendOptions(2))) {
            MachinePeak peak = backend.measurePeak().orElseThrow();
            assertThat(peak.threads()).isEqualTo(2);
            assertThat(peak.vectorBits()).isIn(128, 256, 512);
            assertThat(peak.fmaGflopsOneThread()).isPositive();
            assertThat(peak.fmaGflopsAllThreads()).isPositive();
            assertThat(peak.triadGigabytesPerSecond()).isPositive();
        }
    }
}
