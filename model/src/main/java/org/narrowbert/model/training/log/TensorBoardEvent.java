package org.narrowbert.model.training.log;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;

/**
 * The parts of TensorFlow's {@code event.proto} and {@code summary.proto} that a log of numbers needs, as bytes. Field numbers are those of
 * the published files.
 */
final class TensorBoardEvent {
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;

    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;

    private static final int SESSION_STATUS = 1;
    private static final int START = 1;

    /** Writes a message's fields. */
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private TensorBoardEvent() {}

    /** What a file begins with. */
    static byte[] fileVersion(double seconds) {
        return bytes(out -> {
            out.writeDouble(WALL_TIME, seconds);
            out.writeString(FILE_VERSION, "brain.Event:2");
        });
    }

    /** The notice that everything of this step and later ones in earlier files no longer counts. */
    static byte[] sessionStart(double seconds, long step) {
        byte[] session = bytes(out -> out.writeEnum(SESSION_STATUS, START));
        return bytes(out -> {
            out.writeDouble(WALL_TIME, seconds);
            out.writeInt64(STEP, step);
            out.writeByteArray(SESSION_LOG, session);
        });
    }

    /**
     * Numbers of one step.
     *
     * @param seconds since 1970
     * @param values by tag; they are stored as 32-bit numbers
     */
    static byte[] scalars(double seconds, long step, Map<String, Double> values) {
        byte[] summary = bytes(out -> {
            for (Map.Entry<String, Double> value : values.entrySet()) {
                out.writeByteArray(SUMMARY_VALUE, bytes(inner -> {
                    inner.writeString(VALUE_TAG, value.getKey());
                    inner.writeFloat(VALUE_SIMPLE, value.getValue().floatValue());
                }));
            }
        });
        return bytes(out -> {
            out.writeDouble(WALL_TIME, seconds);
            out.writeInt64(STEP, step);
            out.writeByteArray(SUMMARY, summary);
        });
    }

    private static byte[] bytes(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException error) {
            throw new AssertionError("writing to memory never fails", error);
        }
        return bytes.toByteArray();
    }
}
