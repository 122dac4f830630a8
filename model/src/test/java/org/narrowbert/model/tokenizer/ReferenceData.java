package org.narrowbert.model.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Real data for tests, in the folder that the property narrowbert.data or the variable NARROWBERT_DATA names. */
public final class ReferenceData {
    private ReferenceData() {}

    /** A file of the data; without it the test is skipped and says why. */
    public static Path file(String name) {
        String folder = System.getProperty("narrowbert.data", System.getenv().getOrDefault("NARROWBERT_DATA", ""));
        Path file = Path.of(folder).resolve(name);
        if (folder.isEmpty() || !Files.exists(file)) {
            String reason = "skipped: " + name
                    + " is not in the folder that narrowbert.data or NARROWBERT_DATA names ('" + folder + "')";
            System.out.println(reason);
            Assumptions.abort(reason);
        }
        return file;
    }
}
