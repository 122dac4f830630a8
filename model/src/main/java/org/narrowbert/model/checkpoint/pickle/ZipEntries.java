package org.narrowbert.model.checkpoint.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.narrowbert.engine.error.RunError;

/**
 * The entries of a zip archive, zip64 or not, as ranges of its file. Only stored ones are read, so that nothing can grow in unpacking; they may not
 * overlap each other or the directory, and no name may come twice or lead out of a folder.
 */
final class ZipEntries {
    static final int MAX_ENTRIES = 10_000;
    static final int MAX_NAME = 512;

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR64_BYTES = 20;
    private static final int END64_BYTES = 56;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final long MAX_DIRECTORY = 16L << 20;
    private static final long ALL_ONES = 0xffff_ffffL;

    /**
     * One entry's bytes.
     *
     * @param start first byte in the file
     * @param end one past the last
     */
    record Range(long start, long end) {
        long length() {
            return end - start;
        }
    }

    /** Where the directory is and how much is in it. */
    private record Directory(long entries, long bytes, long offset) {}

    /** An entry as the directory tells of it. */
    private record Told(String name, long bytes, long header) {}

    private final Path file;
    private final FileChannel channel;
    private final long size;

    private ZipEntries(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
    }

    /** Whether a file begins as an archive. */
    static boolean areIn(int firstFourBytes) {
        return firstFourBytes == LOCAL;
    }

    /**
     * Reads and checks the directory and every entry's own header.
     *
     * @throws RunError naming the file and what is wrong
     */
    static Map<String, Range> read(Path file, FileChannel channel) throws IOException {
        ZipEntries archive = new ZipEntries(file, channel);
        Directory directory = archive.directory();
        if (directory.entries > MAX_ENTRIES) {
            throw archive.wrong("has " + directory.entries + " entries, at most " + MAX_ENTRIES + " are allowed");
        }
        if (directory.bytes < 0
                || directory.bytes > MAX_DIRECTORY
                || directory.offset < 0
                || directory.offset > archive.size - directory.bytes) {
            throw archive.wrong("has a directory of " + directory.bytes + " bytes at byte " + directory.offset
                    + ", which cannot be");
        }
        List<Told> told = archive.told(directory);
        Map<String, Range> entries = new LinkedHashMap<>();
        List<Range> taken = new ArrayList<>();
        for (Told entry : told) {
            Range data = archive.data(entry);
            if (entries.put(entry.name, data) != null) {
                throw archive.wrong("has entry " + Rebuilding.show(entry.name) + " twice");
            }
            taken.add(new Range(entry.header, data.end));
        }
        archive.checkApart(taken, directory.offset);
        return entries;
    }

    private Directory directory() throws IOException {
        int tail = (int) Math.min(size, END_BYTES + 0xffff);
        ByteBuffer bytes = bytes(size - tail, tail);
        for (int at = tail - END_BYTES; at >= 0; at--) {
            if (bytes.getInt(at) == END && at + END_BYTES + unsignedShort(bytes, at + 20) == tail) {
                Directory plain = new Directory(
                        unsignedShort(bytes, at + 10), unsignedInt(bytes, at + 12), unsignedInt(bytes, at + 16));
                boolean large = plain.entries == 0xffff || plain.bytes == ALL_ONES || plain.offset == ALL_ONES;
                return large ? large(size - tail + at - LOCATOR64_BYTES) : plain;
            }
        }
        throw wrong("is cut off: it has no directory at its end");
    }

    private Directory large(long locator) throws IOException {
        ByteBuffer found = bytes(locator, LOCATOR64_BYTES);
        if (found.getInt(0) != LOCATOR64) {
            throw wrong("is cut off or damaged: its large directory cannot be found");
        }
        ByteBuffer end = bytes(found.getLong(8), END64_BYTES);
        if (end.getInt(0) != END64 || end.getLong(32) < 0) {
            throw wrong("is damaged: its large directory cannot be read");
        }
        return new Directory(end.getLong(32), end.getLong(40), end.getLong(48));
    }

    private List<Told> told(Directory directory) throws IOException {
        ByteBuffer bytes = bytes(directory.offset, (int) directory.bytes);
        List<Told> told = new ArrayList<>();
        for (int entry = 0; entry < directory.entries; entry++) {
            if (bytes.remaining() < CENTRAL_BYTES || bytes.getInt(bytes.position()) != CENTRAL) {
                throw wrong("is damaged: its directory has fewer entries than it says");
            }
            int at = bytes.position();
            int name = unsignedShort(bytes, at + 28);
            int extra = unsignedShort(bytes, at + 30);
            int comment = unsignedShort(bytes, at + 32);
            if (bytes.remaining() < CENTRAL_BYTES + name + extra + comment) {
                throw wrong("is damaged: its directory is cut off");
            }
            told.add(told(bytes.slice(at, CENTRAL_BYTES + name + extra).order(ByteOrder.LITTLE_ENDIAN), name));
            bytes.position(at + CENTRAL_BYTES + name + extra + comment);
        }
        return told;
    }

    private Told told(ByteBuffer bytes, int nameBytes) {
        byte[] name = new byte[nameBytes];
        bytes.get(CENTRAL_BYTES, name);
        String text = checkName(new String(name, StandardCharsets.UTF_8));
        if ((unsignedShort(bytes, 8) & 1) != 0) {
            throw wrong("has the entry " + Rebuilding.show(text) + ", which is encrypted");
        }
        long packed = unsignedInt(bytes, 20);
        long unpacked = unsignedInt(bytes, 24);
        long header = unsignedInt(bytes, 42);
        ByteBuffer wide = wide(bytes.slice(CENTRAL_BYTES + nameBytes, bytes.capacity() - CENTRAL_BYTES - nameBytes)
                .order(ByteOrder.LITTLE_ENDIAN));
        unpacked = unpacked == ALL_ONES ? next(wide) : unpacked;
        packed = packed == ALL_ONES ? next(wide) : packed;
        header = header == ALL_ONES ? next(wide) : header;
        if (unsignedShort(bytes, 10) != 0 || packed != unpacked) {
            throw wrong("has the entry " + Rebuilding.show(text)
                    + ", which is compressed; PyTorch stores its entries as they are, and only that is read");
        }
        return new Told(text, unpacked, header);
    }

    /** The part of an entry's extra bytes that holds sizes of 64 bits; empty when there is none. */
    private static ByteBuffer wide(ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            int id = extra.getShort() & 0xffff;
            int length = Math.min(extra.getShort() & 0xffff, extra.remaining());
            if (id == 1) {
                return extra.limit(extra.position() + length);
            }
            extra.position(extra.position() + length);
        }
        return extra.limit(extra.position());
    }

    private long next(ByteBuffer wide) {
        if (wide.remaining() < Long.BYTES) {
            throw wrong("is damaged: an entry lacks its size of 64 bits");
        }
        return wide.getLong();
    }

    private String checkName(String name) {
        if (name.length() > MAX_NAME
                || name.startsWith("/")
                || name.contains("\\")
                || List.of(name.split("/", -1)).contains("..")
                || name.chars().anyMatch(Character::isISOControl)) {
            throw wrong("has an entry named " + Rebuilding.show(name) + ", which is too long or leads out of a folder");
        }
        return name;
    }

    /** An entry's bytes follow its own header, which must be of the same name. */
    private Range data(Told entry) throws IOException {
        if (entry.header < 0 || entry.header > size - LOCAL_BYTES) {
            throw wrong(
                    "has the entry " + Rebuilding.show(entry.name) + " at byte " + entry.header + ", beyond its end");
        }
        ByteBuffer header = bytes(entry.header, LOCAL_BYTES);
        int nameBytes = unsignedShort(header, 26);
        long start = entry.header + LOCAL_BYTES + nameBytes + unsignedShort(header, 28);
        if (header.getInt(0) != LOCAL || unsignedShort(header, 8) != 0 || nameBytes > 4 * MAX_NAME) {
            throw wrong("is damaged: there is no header of the entry " + Rebuilding.show(entry.name));
        }
        byte[] name = new byte[nameBytes];
        bytes(entry.header + LOCAL_BYTES, nameBytes).get(name);
        if (!new String(name, StandardCharsets.UTF_8).equals(entry.name)) {
            throw wrong("is damaged: the entry " + Rebuilding.show(entry.name) + " has another name in its own header");
        }
        if (entry.bytes < 0 || start > size || entry.bytes > size - start) {
            throw wrong("has the entry " + Rebuilding.show(entry.name) + " of " + entry.bytes
                    + " bytes, more than follow: it is cut off");
        }
        return new Range(start, start + entry.bytes);
    }

    private void checkApart(List<Range> taken, long directory) {
        taken.sort(Comparator.comparingLong(Range::start));
        long end = 0;
        for (Range range : taken) {
            if (range.start < end) {
                throw wrong("has entries that overlap at byte " + range.start);
            }
            end = range.end;
        }
        if (end > directory) {
            throw wrong("has an entry that overlaps its directory");
        }
    }

    private ByteBuffer bytes(long position, int length) throws IOException {
        if (position < 0 || position > size - length) {
            throw wrong("is cut off or damaged");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw wrong("became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    private static int unsignedShort(ByteBuffer bytes, int at) {
        return bytes.getShort(at) & 0xffff;
    }

    private static long unsignedInt(ByteBuffer bytes, int at) {
        return bytes.getInt(at) & 0xffff_ffffL;
    }

    private RunError wrong(String what) {
        return new RunError(file + " " + what);
    }
}
