package org.narrowbert.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JvmFitnessTest {
    private static JvmFitness fitness(String version, String name, String mode, boolean compact, String options) {
        return new JvmFitness(Runtime.Version.parse(version), name, mode, compact, options);
    }

    @Test
    void aFitJvmHasNothingToReport() {
        JvmFitness fit = fitness("25.0.3+9-LTS", "OpenJDK 64-Bit Server VM", "mixed mode, sharing", false, "");
        assertThat(fit.dangers()).isEmpty();
        assertThat(fit.hints()).isEmpty();
    }

    @Test
    void theJvmOfThisTestIsFit() {
        assertThat(JvmFitness.ofThisJvm(Map.of()).dangers()).isEmpty();
    }

    @Test
    void anEarlyJdk25IsADanger() {
        assertThat(fitness("25.0.2+10", "OpenJDK", "mixed mode", false, "").dangers())
                .singleElement()
                .asString()
                .contains("25.0.2", "25.0.3 or newer");
        assertThat(fitness("26", "OpenJDK", "mixed mode", false, "").dangers()).isEmpty();
    }

    @Test
    void compactObjectHeadersAreADangerThatNamesWhereTheyComeFrom() {
        assertThat(fitness("25.0.3", "OpenJDK", "mixed mode", true, "-Xmx1g -XX:+UseCompactObjectHeaders")
                        .dangers())
                .singleElement()
                .asString()
                .contains("compact object headers", "out of JAVA_TOOL_OPTIONS");
        assertThat(fitness("25.0.3", "OpenJDK", "mixed mode", true, "").dangers())
                .singleElement()
                .asString()
                .contains("out of the JVM's options");
    }

    @Test
    void compactObjectHeadersThatTheLauncherTurnedOffAreAHint() {
        JvmFitness saved = fitness("25.0.3", "OpenJDK", "mixed mode", false, "-XX:+UseCompactObjectHeaders");
        assertThat(saved.dangers()).isEmpty();
        assertThat(saved.hints()).singleElement().asString().contains("JAVA_TOOL_OPTIONS");
    }

    @Test
    void anInterpreterAndAnUnusualJvmAreHints() {
        assertThat(fitness("25.0.3", "OpenJDK", "interpreted mode", false, "").hints())
                .singleElement()
                .asString()
                .contains("-Xint");
        assertThat(fitness("25.0.3", "Eclipse OpenJ9 VM", "JIT", false, "").hints())
                .singleElement()
                .asString()
                .contains("OpenJ9");
    }
}
