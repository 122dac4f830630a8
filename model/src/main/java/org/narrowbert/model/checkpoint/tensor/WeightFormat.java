package org.narrowbert.model.checkpoint.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FileProblem;

/** The forms in which a folder's weights are found, in the order in which they are looked for. */
public enum WeightFormat {
    SAFETENSORS("model.safetensors", "safetensors") {
        @Override
        WeightSource openSound(Path file) {
            return SafeTensors.open(file);
        }
    },
    PYTORCH("pytorch_model.bin", "bin") {
        @Override
        WeightSource openSound(Path file) {
            return PickledTensors.open(file);
        }
    };

    private static final int LOOKED_AT = 64;

    private final String single;
    private final String ending;

    WeightFormat(String single, String ending) {
        this.single = single;
        this.ending = ending;
    }

    /** The name of a file that holds all weights. */
    public String single() {
        return single;
    }

    /** The name of the file that says which shard holds which tensor. */
    String index() {
        return single + ".index.json";
    }

    /** Whether a name may be a shard's: a file beside its index, and no path that leads anywhere else. */
    boolean isShard(String name) {
        return name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*\\." + ending);
    }

    /** What the format is called in a sentence. */
    String ending() {
        return ending;
    }

    /**
     * Opens a file.
     *
     * @throws RunError naming the file and what is wrong with it
     */
    WeightSource open(Path file) {
        refuseOtherDownloads(file);
        return openSound(file);
    }

    abstract WeightSource openSound(Path file);

    /** What lies there when a download went wrong is told by its first characters. */
    private static void refuseOtherDownloads(Path file) {
        String start;
        try (InputStream bytes = Files.newInputStream(file)) {
            start = new String(bytes.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
        if (start.startsWith("version https://git-lfs")) {
            throw new RunError(file + " is a pointer of Git LFS and not the weights: fetch them with `git lfs pull`");
        }
        if (start.stripLeading().startsWith("<!doctype") || start.stripLeading().startsWith("<html")) {
            throw new RunError(file + " is a web page and not the weights: download the file itself");
        }
    }
}
