package org.narrowbert.jmh.peers;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the peers' native libraries are: the folder {@code peers} beside the benchmarks' jar, or that of the property {@code narrowbert.peers}. */
final class PeerFolder {
    private static final String PROPERTY = "narrowbert.peers";

    private PeerFolder() {}

    /**
     * A folder inside it.
     *
     * @throws PeerMissing when it does not exist
     */
    static Path of(String name, String library) {
        Path folder = root().resolve(name);
        if (!Files.isDirectory(folder)) {
            throw PeerMissing.library(library + " (" + folder + ")", null);
        }
        return folder;
    }

    /** The folder itself, whether it exists or not. */
    static Path root() {
        String given = System.getProperty(PROPERTY, "");
        if (!given.isEmpty()) {
            return Path.of(given).toAbsolutePath();
        }
        try {
            Path jar = Path.of(PeerFolder.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return jar.resolveSibling("peers").toAbsolutePath();
        } catch (URISyntaxException odd) {
            throw new AssertionError("the benchmarks' jar has no place", odd);
        }
    }
}
