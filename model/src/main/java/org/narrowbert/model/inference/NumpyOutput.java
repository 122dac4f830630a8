package org.narrowbert.model.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.narrowbert.model.files.DurableOutput;

/**
 * Vectors as a .npy file of version 1.0: a header of 128 bytes, then the rows of a float32 matrix. The header says how many rows there are, so its place is
 * kept free until the last one is written.
 */
final class NumpyOutput implements EmbeddingOutput {
    /** NumPy wants the data at a multiple of 64; twice that has room for any number of rows. */
    private static final int HEADER_BYTES = 128;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    private final DurableOutput file;
    private final ByteBuffer row;
    private final int columns;
    private long rows;

    private NumpyOutput(DurableOutput file, int columns) {
        this.file = file;
        this.columns = columns;
        this.row = ByteBuffer.allocate(columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    static NumpyOutput open(Path path, int columns) {
        DurableOutput file = DurableOutput.open(path);
        try {
            NumpyOutput output = new NumpyOutput(file, columns);
            file.write(output.header());
            return output;
        } catch (RuntimeException | Error failure) {
            file.close();
            throw failure;
        }
    }

    private ByteBuffer header() {
        String content = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + columns + "), }";
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putShort((short) (HEADER_BYTES - MAGIC.length - Short.BYTES));
        header.put(content.getBytes(StandardCharsets.US_ASCII));
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').flip();
    }

    @Override
    public void add(float[] vector) {
        row.clear();
        row.asFloatBuffer().put(vector);
        file.write(row);
        rows++;
    }

    @Override
    public void commit() {
        file.rewrite(0, header());
        file.commit();
    }

    @Override
    public void close() {
        file.close();
    }
}
