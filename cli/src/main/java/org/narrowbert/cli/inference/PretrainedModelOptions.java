package org.narrowbert.cli.inference;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.narrowbert.engine.error.UserError;
import picocli.CommandLine.Option;

/** Options that name the model to begin with, which need not be named. */
public final class PretrainedModelOptions {
    private static final String CACHE = "--model-cache";

    @Option(
            names = {"--model", "--model-name-or-path"},
            paramLabel = "DIR",
            description =
                    "A saved model: a Hugging Face directory, with or without sentence-transformers' files (default:"
                            + " all-MiniLM-L6-v2, Apache-2.0, fetched once: 83 MB).")
    private Optional<Path> model = Optional.empty();

    @Option(
            names = CACHE,
            paramLabel = "DIR",
            description = "Folder that the default model is kept in (default: narrowbert in the platform's folder for"
                    + " caches).")
    private Optional<Path> cache = Optional.empty();

    /** What holds where nothing is told. */
    public PretrainedModelOptions() {}

    /** Refuses a cache that is no folder, or that is not looked at because a model is named. */
    public void check() {
        if (cache.isPresent() && model.isPresent()) {
            throw new UserError(CACHE + " is for the default model, and --model " + model.get()
                    + " names another: leave out one of the two");
        }
        checkCache();
    }

    private void checkCache() {
        cache.filter(folder -> Files.exists(folder) && !Files.isDirectory(folder))
                .ifPresent(folder -> {
                    throw new UserError(CACHE + " " + folder + " is a file: name a folder");
                });
    }

    /**
     * The model's folder; the default one is fetched if it is not there.
     *
     * @param err told what is fetched
     */
    public Path folder(PrintWriter err) {
        return model.orElseGet(() -> {
            checkCache();
            return DefaultModel.of(cache.orElseGet(CacheFolder::ofThisMachine)).folder(err);
        });
    }
}
