package org.narrowbert.model.onnx.reading.graph;

import java.nio.file.Path;
import java.util.Map;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.onnx.reading.graph.StoredTensor.Coding;
import org.narrowbert.model.onnx.reading.graph.StoredTensor.Data;

/** Values that lie in a file beside the ONNX file: nowhere else, whatever it says. */
final class ExternalData {
    private ExternalData() {}

    /**
     * Where a tensor's values are.
     *
     * @param told the entries {@code location}, {@code offset} and {@code length}
     * @throws RunError when that is not a file beside the ONNX file
     */
    static Data place(Path file, String tensor, Map<String, String> told) {
        String location = told.getOrDefault("location", "");
        if (!location.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
            throw new RunError(file + ": the values of '" + tensor + "' are said to be in '" + location
                    + "', which is not the name of a file beside it");
        }
        Path beside = file.resolveSibling(location);
        return Data.in(
                beside,
                number(file, tensor, told.getOrDefault("offset", "0")),
                number(file, tensor, told.getOrDefault("length", "-1")),
                Coding.ELEMENTS);
    }

    private static long number(Path file, String tensor, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException error) {
            throw new RunError(
                    file + ": the place of the values of '" + tensor + "' is '" + text + "', which is no number",
                    error);
        }
    }
}
