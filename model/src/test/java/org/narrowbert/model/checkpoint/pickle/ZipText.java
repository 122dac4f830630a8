package org.narrowbert.model.checkpoint.pickle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Assembles zip archives by hand, sound ones and others. */
final class ZipText {
    /** What stands in a field of 32 bits whose value is among the extra bytes. */
    private static final long ELSEWHERE = 0xffff_ffffL;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<byte[]> directory = new ArrayList<>();
    private final boolean wide;

    private ZipText(boolean wide) {
        this.wide = wide;
    }

    static ZipText plain() {
        return new ZipText(false);
    }

    /** With all sizes in 64 bits. */
    static ZipText wide() {
        return new ZipText(true);
    }

    /** A stored entry. */
    ZipText entry(String name, byte[] data) {
        return entry(name, name, 0, 0, data, data.length, bytes.size());
    }

    /** An entry with anything in its fields. */
    ZipText entry(String name, String ownName, int flags, int method, byte[] data, long told, long header) {
        directory.add(central(name, flags, method, data.length, told, header));
        byte[] own = ownName.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(little(30)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) flags)
                .putShort((short) method)
                .putLong(0)
                .putInt(data.length)
                .putInt(data.length)
                .putShort((short) own.length)
                .putShort((short) 0)
                .array());
        bytes.writeBytes(own);
        bytes.writeBytes(data);
        return this;
    }

    private byte[] central(String name, int flags, int method, long packed, long told, long header) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        byte[] central = new byte[46 + utf8.length + (wide ? 28 : 0)];
        ByteBuffer entry = ByteBuffer.wrap(central)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x02014b50)
                .putInt(20 | 20 << 16)
                .putShort((short) flags)
                .putShort((short) method)
                .putLong(0)
                .putInt((int) (wide ? ELSEWHERE : packed))
                .putInt((int) (wide ? ELSEWHERE : told))
                .putShort((short) utf8.length)
                .putShort((short) (wide ? 28 : 0))
                .putShort((short) 0)
                .putLong(0)
                .putInt((int) (wide ? ELSEWHERE : header))
                .put(utf8);
        if (wide) {
            entry.putShort((short) 1)
                    .putShort((short) 24)
                    .putLong(told)
                    .putLong(packed)
                    .putLong(header);
        }
        return central;
    }

    /** The archive with its directory. */
    byte[] bytes() {
        return bytes(directory.size());
    }

    /** The archive with a directory that tells of so many entries. */
    byte[] bytes(int entries) {
        int start = bytes.size();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(bytes.toByteArray());
        directory.forEach(whole::writeBytes);
        int size = whole.size() - start;
        if (wide) {
            long end = whole.size();
            whole.writeBytes(little(56)
                    .putInt(0x06064b50)
                    .putLong(44)
                    .putInt(45 | 45 << 16)
                    .putLong(0)
                    .putLong(entries)
                    .putLong(entries)
                    .putLong(size)
                    .putLong(start)
                    .array());
            whole.writeBytes(little(20)
                    .putInt(0x07064b50)
                    .putInt(0)
                    .putLong(end)
                    .putInt(1)
                    .array());
        }
        whole.writeBytes(little(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) (wide ? 0xffff : entries))
                .putShort((short) (wide ? 0xffff : entries))
                .putInt((int) (wide ? ELSEWHERE : size))
                .putInt((int) (wide ? ELSEWHERE : start))
                .putShort((short) 0)
                .array());
        return whole.toByteArray();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
