package org.narrowbert.cli.report;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Chromium without a window: the program that {@code -Dnarrowbert.browser} names, or the first on the PATH.
 *
 * @param program the file
 */
record Browser(Path program) {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");
    private static final long SECONDS = 120;

    static Optional<Browser> find() {
        return Optional.ofNullable(System.getProperty("narrowbert.browser"))
                .map(Path::of)
                .or(() -> Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                        .filter(Files::isExecutable)
                        .filter(Browser::starts)
                        .findFirst())
                .map(Browser::new);
    }

    /** Some systems have a script of that name that only says how to install the browser. */
    private static boolean starts(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException error) {
            return false;
        } catch (InterruptedException error) {
            throw new AssertionError("interrupted while the browser started", error);
        }
    }

    /**
     * Opens a page, waits until it is loaded, and takes a picture of it.
     *
     * @param picture the PNG file to write
     * @param folder for what the browser keeps while it runs
     * @return what the browser said, the page's console among it
     */
    String open(Path page, Path picture, Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("browser.log");
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--no-first-run",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + Files.createTempDirectory(folder, "profile"),
                "--enable-logging=stderr",
                "--v=0",
                "--window-size=1280,2000",
                "--screenshot=" + picture,
                page.toUri().toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(program + " has not opened " + page + " within " + SECONDS + " seconds: "
                        + Files.readString(log, StandardCharsets.UTF_8));
            }
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(log, StandardCharsets.UTF_8);
    }
}
