package org.narrowbert.model.onnx.reading.graph;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.narrowbert.model.onnx.reading.graph.StoredTensor.Coding;

/**
 * The fields of a protocol buffer's messages, within bounds: no field reaches beyond the message that it is in nor beyond the file, large ones are
 * passed over, and what is kept of all others is at most {@link #MOST_KEPT} bytes.
 */
final class FieldReader {
    /** Names, settings and shapes of a file that are kept, in bytes. Those of BERT-large are half a megabyte. */
    static final int MOST_KEPT = 64 << 20;

    /** Longest name in bytes. */
    static final int LONGEST_NAME = 1 << 16;

    /** What a message or a number takes at least once it is an object. */
    private static final int OBJECT = 32;

    private final CodedInputStream in;
    private int kept;

    /** Takes a field by its tag, or answers that it does not know it. */
    @FunctionalInterface
    interface Fields {
        boolean take(int tag) throws IOException;
    }

    /** Where a field's bytes lie: from the start of the file. */
    record Range(long offset, long bytes, Coding coding) {}

    FieldReader(InputStream file, long size) throws IOException {
        in = CodedInputStream.newInstance(file, 1 << 16);
        in.pushLimit(Math.toIntExact(size));
    }

    /** Reads fields to the end of the message that this stands in. */
    void fields(Fields fields) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!fields.take(tag)) {
                in.skipField(tag);
            }
        }
    }

    /** Reads a message that is a field. */
    void message(Fields fields) throws IOException {
        keep(OBJECT);
        int outer = in.pushLimit(in.readRawVarint32());
        fields(fields);
        in.popLimit(outer);
    }

    /** A text. */
    String text() throws IOException {
        int length = length();
        if (length > LONGEST_NAME) {
            throw new InvalidProtocolBufferException("a name has " + length + " bytes");
        }
        keep(length + OBJECT);
        String text = new String(in.readRawBytes(length), StandardCharsets.UTF_8);
        // Names are shown to people: none may end a sentence or a line, or tell a terminal what to do.
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidProtocolBufferException("a name has a control character");
        }
        return text;
    }

    /** A text that nobody needs where it is long. */
    String textOrNothing() throws IOException {
        int length = length();
        if (length > LONGEST_NAME) {
            in.skipRawBytes(length);
            return "";
        }
        keep(length + OBJECT);
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    long integer() throws IOException {
        return in.readRawVarint64();
    }

    double number() throws IOException {
        return Double.longBitsToDouble(in.readRawLittleEndian64());
    }

    float real() throws IOException {
        return Float.intBitsToFloat(in.readRawLittleEndian32());
    }

    /** Integers in one field. */
    List<Long> integers() throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        List<Long> values = new ArrayList<>();
        while (in.getBytesUntilLimit() > 0) {
            keep(OBJECT);
            values.add(in.readRawVarint64());
        }
        in.popLimit(outer);
        return values;
    }

    /** Passes over values, and says where they are. */
    Range values(Coding coding) throws IOException {
        int length = length();
        Range range = new Range(in.getTotalBytesRead(), length, coding);
        in.skipRawBytes(length);
        return range;
    }

    /** Counts something that is kept. */
    void keep(int bytes) throws IOException {
        kept += bytes;
        if (kept > MOST_KEPT) {
            throw new InvalidProtocolBufferException("its names and nodes take more than " + MOST_KEPT + " bytes");
        }
    }

    private int length() throws IOException {
        int length = in.readRawVarint32();
        if (length < 0 || length > in.getBytesUntilLimit()) {
            throw new InvalidProtocolBufferException("a field is longer than what it is in");
        }
        return length;
    }
}
