package org.narrowbert.model.config;

import java.nio.file.Path;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.json.JsonFields;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/** A machine's rates as a JSON file: what {@code bench --calibrate} writes and {@code --cost-model} reads. */
public final class CostModelFile {
    private static final String PRODUCT = "product_gigaflops";
    private static final String ATTENTION = "attention_gigaflops";
    private static final String ABSORBED = "absorbed_gigaflops";
    private static final String MEMORY = "gigabytes_per_second";
    private static final String THREADS = "threads";
    private static final double MOST = 1e9;
    private static final double LEAST = 1e-6;

    private CostModelFile() {}

    /**
     * Reads the rates.
     *
     * @throws RunError when there is no such file, or one of the rates is missing or no rate
     */
    public static CostModel read(Path file) {
        JsonFields fields = JsonFields.of(
                StrictJson.readObject(file),
                (key, expected, found) -> new RunError(file + " is not what bench --calibrate writes: " + key + " is "
                        + (found.isMissingNode() ? "missing" : StrictJson.show(found)) + ", not " + expected));
        return new CostModel(
                rate(fields, PRODUCT), rate(fields, ATTENTION), rate(fields, ABSORBED), rate(fields, MEMORY));
    }

    private static double rate(JsonFields fields, String key) {
        return fields.number(key, rate -> rate >= LEAST && rate <= MOST, "a number from 1e-6 to 1e9");
    }

    /**
     * Writes the rates.
     *
     * @param threads that they were measured with, for people
     * @throws RunError when it cannot be written
     */
    public static void write(Path file, CostModel costs, int threads) {
        ObjectNode object = StrictJson.object();
        object.put(PRODUCT, costs.productGigaflops());
        object.put(ATTENTION, costs.attentionGigaflops());
        object.put(ABSORBED, costs.absorbedGigaflops());
        object.put(MEMORY, costs.gigabytesPerSecond());
        object.put(THREADS, threads);
        DurableFile.write(file, StrictJson.write(object));
    }
}
