package org.narrowbert.model.checkpoint.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FileProblem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Size and CRC32C of each file of a folder, so that a file that was cut, changed or exchanged is found before anything is believed of it.
 *
 * @param files by name
 */
record Checksums(Map<String, Entry> files) {
    private static final int CHUNK = 1 << 20;

    /**
     * What one file is.
     *
     * @param bytes its size
     * @param crc32c of its content
     */
    record Entry(long bytes, long crc32c) {}

    Checksums {
        files = Map.copyOf(files);
    }

    /** Reads all files of a folder. */
    static Checksums of(Path folder) {
        Map<String, Entry> files = new TreeMap<>();
        for (Path file : list(folder)) {
            files.put(file.getFileName().toString(), entry(file));
        }
        return new Checksums(files);
    }

    /** Under the key {@code files} of a JSON object. */
    static Checksums read(Path json, ObjectNode object) {
        Map<String, Entry> files = new TreeMap<>();
        JsonNode listed = object.path("files");
        for (Map.Entry<String, JsonNode> entry : listed.properties()) {
            JsonNode bytes = entry.getValue().path("bytes");
            JsonNode crc = entry.getValue().path("crc32c");
            if (!bytes.canConvertToLong()
                    || !crc.isString()
                    || !crc.stringValue().matches("[0-9a-f]{8}")) {
                throw new RunError(json + " is wrong: the size or checksum of " + entry.getKey() + " cannot be read");
            }
            files.put(entry.getKey(), new Entry(bytes.longValue(), Long.parseLong(crc.stringValue(), 16)));
        }
        if (files.isEmpty()) {
            throw new RunError(json + " is wrong: it names no files");
        }
        return new Checksums(files);
    }

    void writeTo(ObjectNode object) {
        ObjectNode target = object.putObject("files");
        new TreeMap<>(files)
                .forEach((name, entry) ->
                        target.putObject(name).put("bytes", entry.bytes).put("crc32c", "%08x".formatted(entry.crc32c)));
    }

    /**
     * What is wrong with the first file that is not there or not as it was written, in a sentence; empty when all are.
     *
     * @throws RunError when a file is there but cannot be read
     */
    Optional<String> damage(Path folder) {
        return new TreeMap<>(files)
                .entrySet().stream()
                        .map(entry -> damage(folder, entry.getKey(), entry.getValue()))
                        .flatMap(Optional::stream)
                        .findFirst();
    }

    private static Optional<String> damage(Path folder, String name, Entry expected) {
        Path file = folder.resolve(name);
        if (!isFile(file)) {
            return Optional.of(folder + " is not whole: it has no " + name);
        }
        Entry found = entry(file);
        if (found.bytes != expected.bytes) {
            return Optional.of(file + " has " + found.bytes + " bytes, it was written with " + expected.bytes);
        }
        if (found.crc32c != expected.crc32c) {
            return Optional.of(file
                    + " was changed after it was written: its checksum is %08x, expected %08x"
                            .formatted(found.crc32c, expected.crc32c));
        }
        return Optional.empty();
    }

    /**
     * Whether a file is there. {@link Files#isRegularFile} says no as well where a folder may not be read.
     *
     * @throws RunError when the system cannot tell
     */
    static boolean isFile(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).isRegularFile();
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(files.filter(Files::isRegularFile).toList());
        } catch (IOException error) {
            throw FileProblem.reading(folder, error);
        }
    }

    private static Entry entry(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            CRC32C crc = new CRC32C();
            ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
            long bytes = 0;
            while (channel.read(buffer) >= 0) {
                bytes += buffer.flip().remaining();
                crc.update(buffer);
                buffer.clear();
            }
            return new Entry(bytes, crc.getValue());
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }
}
