package org.narrowbert.model.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Real data for tests, in the folder that the property narrowbert.data or the variable NARROWBERT_DATA names. */
public final class ReferenceData {
    private ReferenceData() {}

    /** A file of the data; without it the test is skipped and says why. */
    public static Path file(String name) {
        return in("narrowbert.data", "NARROWBERT_DATA", name);
    }

    /** The folder of a published model, in the folder that narrowbert.models or NARROWBERT_MODELS names; without it the test is skipped. */
    public static Path model(String name) {
        return in("narrowbert.models", "NARROWBERT_MODELS", name);
    }

    private static Path in(String property, String variable, String name) {
        String folder = System.getProperty(property, System.getenv().getOrDefault(variable, ""));
        Path file = Path.of(folder).resolve(name);
        if (folder.isEmpty() || !Files.exists(file)) {
            String reason = "skipped: " + name + " is not in the folder that " + property + " or " + variable
                    + " names ('" + folder + "')";
            System.out.println(reason);
            Assumptions.abort(reason);
        }
        return file;
    }
}
