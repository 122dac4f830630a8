package org.narrowbert.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the project's shell scripts with an environment of the test's own, and makes the files they look at. */
public final class Shell {
    /** The project's folder. */
    public static final Path PROJECT = Path.of(System.getProperty("narrowbert.root", ".."));

    private Shell() {}

    /**
     * What a script did.
     *
     * @param exitCode its exit code
     * @param pid the process that was started
     * @param out standard output, lines ended by line feeds
     * @param err standard error, lines ended by line feeds
     */
    public record Result(int exitCode, long pid, String out, String err) {}

    /**
     * Runs a script with {@code /bin/sh} to its end, and to the end of whatever it left writing to standard error: that
     * goes through a named pipe, since of a pipe of its own a {@link Process} keeps only what was written before the
     * process ended.
     *
     * @param environment the whole environment: nothing is inherited
     */
    public static Result run(Path folder, Map<String, String> environment, Path script, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(arguments));
        Path pipe = namedPipe(Files.createTempDirectory("shell").resolve("err"));
        try (ExecutorService readers = Executors.newSingleThreadExecutor()) {
            Future<String> err = readers.submit(() -> readToItsEnd(pipe));
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(folder.toFile()).redirectError(pipe.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), process.pid(), out, err.get());
        } catch (ExecutionException exception) {
            throw new IOException(exception);
        } finally {
            Files.delete(pipe);
            Files.delete(pipe.getParent());
        }
    }

    private static String readToItsEnd(Path pipe) throws IOException {
        try (InputStream stream = Files.newInputStream(pipe)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Path namedPipe(Path path) throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder("mkfifo", path.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IOException("mkfifo " + path + " ended with " + exitCode);
        }
        return path;
    }

    /** Writes a file that may be executed. */
    static Path executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Makes a folder that looks like a JDK of a version, whose {@code java} is the given script. */
    static Path jdk(Path folder, String version, String java) throws IOException {
        executable(folder.resolve("bin/javac"), "#!/bin/sh\nexit 99\n");
        executable(folder.resolve("bin/java"), java);
        Files.writeString(
                folder.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\nLIBC=\"gnu\"\n");
        return folder;
    }

    /** Makes a folder that looks like a JDK of a version and fails if anything is started from it. */
    static Path jdk(Path folder, String version) throws IOException {
        return jdk(folder, version, "#!/bin/sh\nexit 99\n");
    }
}
