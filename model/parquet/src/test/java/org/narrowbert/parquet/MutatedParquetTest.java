package org.narrowbert.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that were changed at random are read, or refused in a sentence. */
class MutatedParquetTest {
    /** More files than are tried in every build: -Dnarrowbert.mutations=2000. */
    private static final int MUTATIONS = Integer.getInteger("narrowbert.mutations", 400);

    @TempDir
    private Path folder;

    @Test
    void mutatedFilesAreReadOrRefusedInASentence() throws IOException {
        List<byte[]> originals = new ArrayList<>();
        List<byte[]> texts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            texts.add((i % 7 == 0 ? "" : "the same beginning of text " + i % 50).getBytes(StandardCharsets.UTF_8));
        }
        for (CompressionCodecName codec : List.of(
                CompressionCodecName.UNCOMPRESSED,
                CompressionCodecName.SNAPPY,
                CompressionCodecName.GZIP,
                CompressionCodecName.ZSTD)) {
            for (WriterVersion version : WriterVersion.values()) {
                for (boolean dictionary : new boolean[] {true, false}) {
                    Path file = ParquetFiles.write(
                            folder.resolve("o.parquet"),
                            new ParquetFiles.Form(codec, version, dictionary, 90, 200),
                            texts);
                    originals.add(Files.readAllBytes(file));
                }
            }
        }
        Random random = new Random(20);
        int refused = 0;
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            byte[] bytes = originals.get(mutation % originals.size()).clone();
            mutate(bytes, random);
            Path file = Files.write(folder.resolve("m.parquet"), bytes);
            String sentence = ParquetRefusal.of(file);
            assertThat(sentence.lines().count()).as(sentence).isLessThanOrEqualTo(1);
            refused += sentence.isEmpty() ? 0 : 1;
        }
        assertThat(refused).as("of %d files", MUTATIONS).isGreaterThan(MUTATIONS / 3);
    }

    /** Changes bytes anywhere, in the footer, or in the first page, where headers are. */
    private static void mutate(byte[] bytes, Random random) {
        int begin = switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> Math.max(0, bytes.length - 900);
            default -> 4;
        };
        int end = begin == 4 ? Math.min(bytes.length, 200) : bytes.length;
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            byte value = (byte)
                    switch (random.nextInt(4)) {
                        case 0 -> 0xFF;
                        case 1 -> 0;
                        case 2 -> 0x7F;
                        default -> random.nextInt(256);
                    };
            int at = random.nextInt(begin, end);
            for (int repeat = random.nextInt(1, 6); repeat > 0 && at < end; repeat--) {
                bytes[at++] = value;
            }
        }
    }
}
