package org.narrowbert.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine as the operating system describes it to this process.
 *
 * @param system name, version and architecture of the operating system
 * @param processor model of the processor, or its architecture where the system does not tell
 * @param processors number of processors this process may use
 * @param memory bytes of memory this process may use
 * @param available bytes of memory that are free or can be freed, where the system tells
 * @param largePages how the system gives large pages, where it tells: always, madvise or never
 */
record Machine(
        String system,
        String processor,
        int processors,
        long memory,
        Optional<Long> available,
        Optional<String> largePages) {
    private static final double GIB = 1 << 30;

    static Machine read(Map<String, String> variables) {
        Path root = Path.of("/");
        String architecture = System.getProperty("os.arch", "");
        OperatingSystemMXBean bean = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                System.getProperty("os.name", "") + " " + System.getProperty("os.version", "") + ", " + architecture,
                processorModel(root)
                        .or(() -> Optional.ofNullable(variables.get("PROCESSOR_IDENTIFIER")))
                        .orElse(architecture),
                Runtime.getRuntime().availableProcessors(),
                bean.getTotalMemorySize(),
                availableMemory(root),
                largePages(root));
    }

    /** The model name in Linux's {@code proc/cpuinfo} below a folder. */
    static Optional<String> processorModel(Path root) {
        return lines(root.resolve("proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    /** The bytes of {@code MemAvailable} in Linux's {@code proc/meminfo} below a folder. */
    static Optional<Long> availableMemory(Path root) {
        return lines(root.resolve("proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:") && line.endsWith(" kB"))
                .map(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }

    /** The choice in brackets of Linux's {@code transparent_hugepage/enabled} below a folder. */
    static Optional<String> largePages(Path root) {
        return lines(root.resolve("sys/kernel/mm/transparent_hugepage/enabled")).stream()
                .flatMap(line -> Stream.of(line.split(" ", -1)))
                .filter(choice -> choice.startsWith("["))
                .map(choice -> choice.substring(1, choice.length() - 1))
                .findFirst();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException absent) {
            return List.of();
        }
    }

    /** The memory as people write it. */
    String memoryText() {
        String total = String.format(Locale.ROOT, "%.1f GiB", memory / GIB);
        return available
                .map(bytes -> total + String.format(Locale.ROOT, ", %.1f GiB available", bytes / GIB))
                .orElse(total);
    }
}
