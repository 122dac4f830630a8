package org.narrowbert.model.checkpoint.pickle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Assembles pickles by hand, sound ones and others. */
final class PickleText {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A pickle that begins as PyTorch's do. */
    static PickleText begin() {
        return new PickleText().raw(0x80, 2);
    }

    /** Bytes as they are; a character stands for its code. */
    PickleText raw(int... values) {
        for (int value : values) {
            bytes.write(value);
        }
        return this;
    }

    /** A string. */
    PickleText text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        raw('X').int32(utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    /** A whole number. */
    PickleText whole(long value) {
        if (value == (int) value) {
            return raw('J').int32((int) value);
        }
        raw(0x8a, 8);
        bytes.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    /** A function or class. */
    PickleText global(String module, String name) {
        bytes.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** A tuple of whole numbers. */
    PickleText wholes(long... values) {
        raw('(');
        for (long value : values) {
            whole(value);
        }
        return raw('t');
    }

    /** A storage in its zip form. */
    PickleText storage(String type, String key, long elements) {
        return raw('(').text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .whole(elements)
                .raw('t', 'Q');
    }

    /** A call of {@code _rebuild_tensor_v2} on a FloatStorage. */
    PickleText tensor(String key, long elements, long offset, long[] shape, long[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .raw('(')
                .storage("FloatStorage", key, elements)
                .whole(offset)
                .wholes(shape)
                .wholes(strides)
                .raw(0x89)
                .global("collections", "OrderedDict")
                .raw(')', 'R', 't', 'R');
    }

    /** The whole pickle, of a dictionary with one entry whose value was assembled before by {@code value}. */
    static byte[] dictionary(String name, PickleText value) {
        PickleText whole = begin().raw('}', '(').text(name);
        whole.bytes.writeBytes(value.bytes.toByteArray());
        return whole.raw('u', '.').bytes();
    }

    PickleText int32(int value) {
        bytes.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
