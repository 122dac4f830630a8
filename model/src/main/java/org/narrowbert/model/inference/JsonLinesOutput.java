package org.narrowbert.model.inference;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.narrowbert.model.files.DurableOutput;

/** Vectors as JSON Lines. Each number is the shortest that is read back as the same float. */
final class JsonLinesOutput implements EmbeddingOutput {
    private final DurableOutput file;
    private final StringBuilder line = new StringBuilder();

    private JsonLinesOutput(DurableOutput file) {
        this.file = file;
    }

    static JsonLinesOutput open(Path file) {
        return new JsonLinesOutput(DurableOutput.open(file));
    }

    @Override
    public void add(float[] vector) {
        line.setLength(0);
        append(line, vector);
        line.append('\n');
        file.write(ByteBuffer.wrap(line.toString().getBytes(StandardCharsets.US_ASCII)));
    }

    static void append(StringBuilder line, float[] vector) {
        line.append("{\"embedding\": [");
        for (int column = 0; column < vector.length; column++) {
            line.append(column == 0 ? "" : ", ").append(vector[column]);
        }
        line.append("]}");
    }

    @Override
    public void commit() {
        file.commit();
    }

    @Override
    public void close() {
        file.close();
    }
}
