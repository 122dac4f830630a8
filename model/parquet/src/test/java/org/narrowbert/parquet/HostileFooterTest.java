package org.narrowbert.parquet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;

/** Footers that lie, and files that are no Parquet or not all of one. */
class HostileFooterTest {
    @TempDir
    private Path folder;

    @Test
    void aFooterMayHaveAsManyBytesAsTheLimit() throws IOException {
        int limit = 1 << 26;
        String beyond = "its footer has " + (limit + 1) + " bytes, and at most " + limit + " are read";
        assertThatThrownBy(() -> ParquetReaderTest.read(footerOf(limit), ParquetRefusal.OPTIONS))
                .isInstanceOf(RunError.class)
                .message()
                .doesNotContain("at most");
        assertThatThrownBy(() -> ParquetReaderTest.read(footerOf(limit + 1), ParquetRefusal.OPTIONS))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(beyond);
    }

    /** A file whose footer is so many bytes of nothing. */
    private Path footerOf(int bytes) throws IOException {
        Path file = folder.resolve("footer.parquet");
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.write(HandMadeFile.magic());
            content.seek(HandMadeFile.magic().length + (long) bytes);
            content.write(HandMadeFile.littleEndian(bytes));
            content.write(HandMadeFile.magic());
        }
        return file;
    }

    @Test
    void filesThatAreCutOffOrNoParquetAreRefused() throws IOException {
        byte[] sound = HandMadeFile.sound().bytes();
        ParquetRefusal.refused(
                folder,
                "not Parquet at all, but words".getBytes(StandardCharsets.US_ASCII),
                "does not begin with PAR1");
        ParquetRefusal.refused(folder, "PAR1".getBytes(StandardCharsets.US_ASCII), "cut off");
        ParquetRefusal.refused(folder, "PAR1PAR1".getBytes(StandardCharsets.US_ASCII), "cut off");
        for (int length = 4; length < sound.length; length++) {
            ParquetRefusal.refused(folder, Arrays.copyOf(sound, length), "cut off");
        }
        byte[] encrypted = sound.clone();
        encrypted[encrypted.length - 1] = 'E';
        ParquetRefusal.refused(folder, encrypted, "footer is encrypted");
    }

    @Test
    void footersThatLieOfTheirLengthAreRefused() throws IOException {
        byte[] sound = HandMadeFile.sound().bytes();
        for (int length : new int[] {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, sound.length, sound.length - 11}) {
            byte[] lying = sound.clone();
            System.arraycopy(HandMadeFile.littleEndian(length), 0, lying, lying.length - 8, 4);
            ParquetRefusal.refused(folder, lying, "footer claims to have " + Integer.toUnsignedLong(length) + " bytes");
        }
        for (int length : new int[] {1, 2, 30, sound.length - 13}) {
            byte[] lying = sound.clone();
            System.arraycopy(HandMadeFile.littleEndian(length), 0, lying, lying.length - 8, 4);
            ParquetRefusal.refused(folder, lying, "t.parquet");
        }
    }

    @Test
    void footersOfListsAndStringsWithoutEndAreRefused() throws IOException {
        // A field of the compact protocol: list of structures with 2^31 - 1 elements, string of as many bytes, and
        // nested structures.
        ParquetRefusal.refused(folder, footer(ParquetRefusal.bytes("29 FC FF FF FF FF 07")), "metadata are damaged");
        ParquetRefusal.refused(folder, footer(ParquetRefusal.bytes("19 FC FF FF FF FF 07")), "metadata are damaged");
        ParquetRefusal.refused(folder, footer(ParquetRefusal.bytes("68 FF FF FF FF 07")), "metadata are damaged");
        byte[] deep = new byte[1 << 20];
        Arrays.fill(deep, (byte) 0x1C);
        ParquetRefusal.refused(folder, footer(deep), "metadata are damaged");
        Arrays.fill(deep, (byte) 0xFC);
        ParquetRefusal.refused(folder, footer(deep), "metadata are damaged");
        Arrays.fill(deep, (byte) 0x19);
        ParquetRefusal.refused(folder, footer(deep), "metadata are damaged");
    }

    private static byte[] footer(byte[] bytes) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(HandMadeFile.magic());
        file.writeBytes(bytes);
        file.writeBytes(HandMadeFile.littleEndian(bytes.length));
        file.writeBytes(HandMadeFile.magic());
        return file.toByteArray();
    }
}
