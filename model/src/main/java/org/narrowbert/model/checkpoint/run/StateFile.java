package org.narrowbert.model.checkpoint.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.narrowbert.model.checkpoint.run.Checked.Damaged;
import org.narrowbert.model.checkpoint.run.Checked.Whole;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/** trainer_state.json: a JSON object whose last field is the CRC32C of all bytes of the file, taken while that field was zeros. */
final class StateFile {
    static final String NAME = "trainer_state.json";

    private static final String KEY = "state_crc32c";
    private static final String ZEROS = "00000000";
    private static final String MARK = "\"" + KEY + "\": \"";

    private StateFile() {}

    static void write(Path folder, ObjectNode json) {
        json.put(KEY, ZEROS);
        String text = new String(StrictJson.write(json), StandardCharsets.ISO_8859_1);
        int place = text.lastIndexOf(MARK) + MARK.length();
        DurableFile.write(folder.resolve(NAME), bytes(withDigits(text, place, checksum(text))));
    }

    /**
     * The object, if every byte of the file is as it was written.
     *
     * @throws org.narrowbert.engine.error.RunError when the file is there but cannot be read
     */
    static Checked<ObjectNode> read(Path folder) {
        Path file = folder.resolve(NAME);
        if (!Checksums.isFile(file)) {
            return new Damaged<>(folder + (Files.isDirectory(folder) ? " has no " + NAME : " does not exist")
                    + ": a checkpoint is a folder checkpoint-STEP that pretrain wrote");
        }
        // One character a byte: what is compared are the bytes themselves.
        String text = new String(contents(file), StandardCharsets.ISO_8859_1);
        int place = text.lastIndexOf(MARK) + MARK.length();
        if (place < MARK.length() || place + ZEROS.length() > text.length()) {
            return new Damaged<>(file + " does not end with its " + KEY
                    + ": it was cut, changed, or written by an earlier" + " build");
        }
        String found = text.substring(place, place + ZEROS.length());
        String expected = checksum(withDigits(text, place, ZEROS));
        return found.equals(expected)
                ? new Whole<>(StrictJson.parseObject(file.toString(), bytes(text)))
                : new Damaged<>(file + " was changed after it was written: its checksum is " + expected
                        + ", not the one that it ends with");
    }

    private static byte[] contents(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    private static String withDigits(String text, int place, String digits) {
        return text.substring(0, place) + digits + text.substring(place + ZEROS.length());
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(bytes(text));
        return "%08x".formatted(crc.getValue());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
