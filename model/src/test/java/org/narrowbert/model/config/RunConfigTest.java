package org.narrowbert.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;

class RunConfigTest {
    private static RunConfig config(String learningRate, String threads) {
        return RunConfig.of(Map.of("learning-rate", List.of(learningRate), "threads", List.of(threads)));
    }

    @Test
    void aDifferenceNamesTheOptionAndBothValues() {
        assertThat(config("0.001", "2").differences(config("0.0005", "4"), Set.of("threads")))
                .singleElement()
                .extracting(RunConfig.Difference::text)
                .isEqualTo("--learning-rate is 0.001, the run was started with 0.0005");
        assertThat(config("0.001", "2").differences(config("0.001", "4"), Set.of("threads")))
                .isEmpty();
    }

    @Test
    void whatOnlyOneRunWasToldIsADifference() {
        RunConfig more = config("0.001", "2").with(Map.of("size", "mini"));
        assertThat(config("0.001", "2").differences(more, Set.of()))
                .extracting(RunConfig.Difference::text)
                .containsExactly("--size is not given, the run was started with mini");
        assertThat(more.differences(config("0.001", "2"), Set.of()))
                .extracting(RunConfig.Difference::text)
                .containsExactly("--size is mini, the run was started without it");
    }

    @Test
    void oneNumberHasOneText() {
        assertThat(List.of(5e-4, 0.0005, 1.0, 1e-8, 2e10, 0.1f, 3L, true))
                .extracting(ValueText::of)
                .containsExactly("0.0005", "0.0005", "1.0", "1.0e-8", "2.0e+10", "0.1", "3", "true");
    }

    @Property
    void anyNumberReadsBackAsItself(@ForAll double number) {
        assertThat(Double.parseDouble(ValueText.of(number))).isEqualTo(number == 0 ? 0.0 : number);
    }

    @Test
    void isWrittenInTheOrderOfItsNames(@TempDir Path folder) throws IOException {
        Path file = folder.resolve(RunConfig.FILE);
        config("5.0e-8", "2")
                .with(Map.of("adam-beta1", 0.9, "layout", "{sf}2:", "overwrite-output-dir", true))
                .with(Map.of("train-file", List.of("a b.txt", "no")))
                .write(file, "told to pretrain");
        assertThat(file).hasContent("""
                # told to pretrain
                adam-beta1: 0.9
                layout: "{sf}2:"
                learning-rate: 5.0e-8
                overwrite-output-dir: true
                threads: 2
                train-file:
                  - "a b.txt"
                  - "no"
                """);
    }

    @Property(tries = 100)
    void whateverIsWrittenIsReadBack(
            @ForAll @UniqueElements List<@StringLength(min = 1, max = 30) String> values, @ForAll double number)
            throws IOException {
        RunConfig config = config(ValueText.of(number), "2").with(values.isEmpty() ? Map.of() : Map.of("list", values));
        Path file = Files.createTempFile("config", ".yaml");
        try {
            config.write(file, "any");
            assertThat(RunConfig.read(file)).isEqualTo(config);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aRecordWithAKeyTwiceIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve(RunConfig.FILE), "a: 1\na: 2\n");
        assertThatThrownBy(() -> RunConfig.read(file))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("line 2: a stands there twice");
    }
}
