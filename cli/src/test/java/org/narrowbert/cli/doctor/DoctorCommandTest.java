package org.narrowbert.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.narrowbert.cli.Main;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Gemm;

class DoctorCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int doctor(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "doctor";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return Main.run(arguments, Map.of(), new PrintWriter(out), new PrintWriter(err));
    }

    @Test
    void tellsTheJvmTheMachineAndTheBackends() {
        assertThat(doctor()).isZero();
        assertThat(out.toString())
                .contains(System.getProperty("java.home"), "Processor", "Memory", "vector: ready", "reference: ready")
                .containsPattern("FMA rate +[0-9.]+ GFLOP/s on one thread, [0-9.]+ on [0-9]+")
                .containsPattern("SIMD +(128|256|512) bits")
                .containsPattern("Bandwidth +[0-9.]+ GB/s")
                .doesNotContain("DANGER");
        if (Gemm.ONEDNN.availability() instanceof Availability.Ready) {
            assertThat(out.toString()).containsPattern("Precision +--bf16: .+\\R+Precision +--int8: ");
        }
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void listsThePlacesLookedAtForLibrariesWhenAsked() {
        assertThat(doctor("--libraries", "--no-measure")).isZero();
        assertThat(out.toString())
                .contains("NARROWBERT_CUBLAS_PATH", "the system's loader")
                .containsPattern("Same bits +for any number of threads; with --gemm")
                .doesNotContain("FMA rate");
    }

    @Test
    void refusesAWrongNumberOfThreadsBeforeAnythingElse() {
        assertThat(doctor("--no-measure", "--threads", "-3")).isEqualTo(2);
        assertThat(err.toString()).contains("--threads is -3");
        assertThat(out.toString()).isEmpty();
    }
}
