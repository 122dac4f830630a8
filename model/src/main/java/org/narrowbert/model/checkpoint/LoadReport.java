package org.narrowbert.model.checkpoint;

import java.nio.file.Path;
import java.util.List;
import org.narrowbert.engine.error.RunError;

/**
 * What fitted when weights were loaded.
 *
 * @param folder where they came from
 * @param missing parameters that the folder has no tensor for; they keep the values they had
 * @param unexpected tensors that no parameter asked for, other than those every BERT has (pooler, next-sentence head, tied decoder)
 */
public record LoadReport(Path folder, List<String> missing, List<String> unexpected) {
    private static final int NAMED = 3;

    public LoadReport {
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
    }

    /**
     * Checks that every parameter was found.
     *
     * @throws RunError naming the folder and the first parameters that were not
     */
    public void requireComplete() {
        if (!missing.isEmpty()) {
            String more = missing.size() > NAMED ? " and " + (missing.size() - NAMED) + " more" : "";
            throw new RunError(folder + " has no weights for "
                    + String.join(", ", missing.subList(0, Math.min(NAMED, missing.size()))) + more
                    + "; is it a model of another layout or without a masked language model's head?");
        }
    }
}
