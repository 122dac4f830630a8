package org.narrowbert.jmh.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What Linux says of this process. */
final class ProcessStatus {
    private static final Path FILE = Path.of("/proc/self/status");

    private ProcessStatus() {}

    /** The text behind a name; empty on other systems. */
    static Optional<String> value(String name) {
        try {
            return Files.readAllLines(FILE).stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst();
        } catch (IOException otherSystem) {
            return Optional.empty();
        }
    }
}
