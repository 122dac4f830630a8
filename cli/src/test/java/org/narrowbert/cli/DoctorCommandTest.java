package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int doctor(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "doctor";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return Main.run(arguments, new PrintWriter(out), new PrintWriter(err));
    }

    @Test
    void tellsTheJvmTheMachineAndTheBackends() {
        assertThat(doctor()).isZero();
        assertThat(out.toString())
                .contains(System.getProperty("java.home"), "Processor", "Memory", "reference: ready")
                .doesNotContain("DANGER");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void listsThePlacesLookedAtForLibrariesWhenAsked() {
        assertThat(doctor("--libraries")).isZero();
        assertThat(out.toString()).contains("NARROWBERT_CUBLAS_PATH", "the system's loader");
    }
}
