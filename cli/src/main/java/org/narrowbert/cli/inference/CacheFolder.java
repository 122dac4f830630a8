package org.narrowbert.cli.inference;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where a platform's programs keep what they can fetch again. */
final class CacheFolder {
    private static final String NAME = "narrowbert";

    private CacheFolder() {}

    /** This process's. */
    static Path ofThisMachine() {
        return of(System.getenv(), System.getProperty("os.name", ""), Path.of(System.getProperty("user.home", ".")));
    }

    /**
     * A user's.
     *
     * @param environment variables
     * @param system its name, as Java has it
     * @param home the user's folder
     */
    static Path of(Map<String, String> environment, String system, Path home) {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return told(environment, "LOCALAPPDATA")
                    .orElse(home.resolve("AppData").resolve("Local"))
                    .resolve(NAME)
                    .resolve("cache");
        }
        if (name.startsWith("mac")) {
            return home.resolve("Library").resolve("Caches").resolve(NAME);
        }
        return told(environment, "XDG_CACHE_HOME")
                .orElse(home.resolve(".cache"))
                .resolve(NAME);
    }

    /** A variable's folder; one that is no whole path counts as not set, as the XDG directory specification wants it. */
    private static Optional<Path> told(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isEmpty())
                .map(Path::of)
                .filter(Path::isAbsolute);
    }
}
