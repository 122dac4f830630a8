package org.narrowbert.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    @TempDir
    private Path root;

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(root.resolve(name.substring(0, name.lastIndexOf('/'))));
        Files.writeString(file, text);
    }

    @Test
    void readsTheProcessorsModel() throws IOException {
        file("proc/cpuinfo", "processor\t: 0\nmodel name\t: AMD EPYC 9B45\nflags\t\t: fpu\n\nmodel name\t: second\n");
        assertThat(Machine.processorModel(root)).contains("AMD EPYC 9B45");
    }

    @Test
    void readsTheAvailableMemory() throws IOException {
        file("proc/meminfo", "MemTotal:       24593832 kB\nMemAvailable:   23456780 kB\n");
        assertThat(Machine.availableMemory(root)).contains(23456780L * 1024);
    }

    @Test
    void readsHowLargePagesAreGiven() throws IOException {
        file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        assertThat(Machine.largePages(root)).contains("madvise");
    }

    @Test
    void whatTheSystemDoesNotTellIsLeftOut() {
        assertThat(Machine.processorModel(root)).isEmpty();
        assertThat(Machine.availableMemory(root)).isEmpty();
        assertThat(Machine.largePages(root)).isEmpty();
    }

    @Test
    void memoryIsWrittenInGibibytes() {
        long gib = 1L << 30;
        assertThat(new Machine("Linux", "EPYC", 2, 24 * gib, Optional.of(23 * gib + gib / 2), Optional.empty())
                        .memoryText())
                .isEqualTo("24.0 GiB, 23.5 GiB available");
    }

    @Test
    void thisMachineHasProcessorsAndMemory() {
        Machine machine = Machine.read(Map.of());
        assertThat(machine.processors()).isPositive();
        assertThat(machine.memory()).isGreaterThan(1L << 28);
        assertThat(machine.processor()).isNotBlank();
    }
}
