package org.narrowbert.model.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.sample.BlockSamples;
import org.narrowbert.model.data.sample.DocumentSamples;
import org.narrowbert.model.data.sample.PackedSamples;
import org.narrowbert.model.data.sample.Samples;

/** Folders of prepared text that were damaged, by chance or on purpose. */
class HostileShardsTest {
    private static final int VOCABULARY = 1000;
    private static final int MUTATIONS = 2_000;
    private static final List<String> FILES = List.of(
            "dataset.json",
            "train-00000.bin",
            "train-00000.idx",
            "train-00001.bin",
            "train-00001.idx",
            "validation-00000.bin",
            "validation-00000.idx");

    @TempDir
    Path folder;

    private final Map<String, byte[]> sound = new HashMap<>();

    @BeforeEach
    void writeSound() throws IOException {
        write(IntStream.range(0, 60).mapToObj(HostileShardsTest::document).toArray(int[][]::new), 1_600);
        for (String file : FILES) {
            sound.put(file, Files.readAllBytes(folder.resolve(file)));
        }
    }

    private byte[] sound(String file) {
        return Objects.requireNonNull(sound.get(file), file);
    }

    private static int[] document(int number) {
        return IntStream.range(0, 3 + number % 40)
                .map(i -> (i * 31 + number) % VOCABULARY)
                .toArray();
    }

    private void write(int[][] documents, long shardBytes) {
        try (ShardWriter training = new ShardWriter(folder, "train", VOCABULARY, shardBytes);
                ShardWriter validation = new ShardWriter(folder, "validation", VOCABULARY, shardBytes)) {
            for (int[] document : documents) {
                training.add(document);
            }
            validation.add(documents[0]);
            DatasetJson.write(
                    folder,
                    new Dataset(
                            VOCABULARY,
                            "some tokenizer",
                            new Dataset.Source("text", 1, 1),
                            Optional.empty(),
                            new ValidationSplit(0.5, 1),
                            training.finish(),
                            validation.finish()));
        }
    }

    private void restore() throws IOException {
        for (String file : FILES) {
            Files.write(folder.resolve(file), sound(file));
        }
    }

    private void put(String file, byte[] content) throws IOException {
        Files.write(folder.resolve(file), content);
    }

    private void replaceInJson(String what, String by) throws IOException {
        String json = new String(sound("dataset.json"), StandardCharsets.UTF_8);
        assertThat(json).contains(what);
        put("dataset.json", json.replaceFirst(Pattern.quote(what), by).getBytes(StandardCharsets.UTF_8));
    }

    /** Opens the folder and reads all there is in every way. */
    private void readAll() {
        try (PreparedCorpus corpus = PreparedCorpus.open(folder)) {
            for (TokenStream stream : List.of(corpus.training(), corpus.validation())) {
                for (Samples samples : List.of(
                        new BlockSamples(stream, 3, "text"),
                        new DocumentSamples(stream, 16, "text"),
                        new PackedSamples(stream, 64, "text"))) {
                    int[] ids = new int[samples.longest()];
                    int[] ends = new int[samples.sequences()];
                    for (long sample = 0; sample < samples.count(); sample++) {
                        samples.read(sample, ids, 0, ends, 0);
                        for (int id : ids) {
                            assertThat(id).isBetween(0, VOCABULARY - 1);
                        }
                    }
                }
                TokenStatistics.of(stream, corpus.vocabularySize(), tokens -> {});
            }
        }
    }

    private static void refuses(ThrowingCallable reading, String... words) {
        assertThatThrownBy(reading)
                .isInstanceOf(RunError.class)
                .hasMessageContainingAll(words)
                .message()
                .doesNotContain("\n")
                .doesNotEndWith(".");
    }

    @Test
    void theSoundFolderIsRead() {
        readAll();
    }

    @Test
    void aFlippedBitAnywhereIsRefusedWithItsFileAndRange() throws IOException {
        for (String file : FILES.subList(1, FILES.size())) {
            byte[] content = sound(file);
            for (int place = 0; place < content.length; place += Math.max(1, content.length / 40)) {
                byte[] flipped = content.clone();
                flipped[place] ^= (byte) (1 << place % 8);
                put(file, flipped);
                refuses(
                        this::readAll,
                        folder.resolve(file) + ", bytes 0 to " + (content.length - 1)
                                + ", were changed after they were written",
                        "prepare the text again");
            }
            put(file, content);
        }
    }

    @Test
    void onlyTheDamagedMebibyteIsRefusedAndOnlyWhenItIsTouched() throws IOException {
        int[][] documents = {new int[1_500_000]};
        write(documents, 1 << 28);
        Path file = folder.resolve("train-00000.bin");
        byte[] content = Files.readAllBytes(file);
        content[2_000_000] ^= 1;
        Files.write(file, content);
        int[] ids = new int[1000];
        try (PreparedCorpus corpus = PreparedCorpus.open(folder)) {
            corpus.training().copy(0, ids, 0, 1000);
            corpus.training().copy((2 << 19) + 7, ids, 0, 1000);
            refuses(
                    () -> corpus.training().copy(524_288 - 500, ids, 0, 1000),
                    file + ", bytes 1048576 to 2097151, were changed");
        }
    }

    @Test
    void missingCutAndLongerFilesAreRefused() throws IOException {
        for (String file : FILES.subList(1, FILES.size())) {
            byte[] content = sound(file);
            put(file, Arrays.copyOf(content, content.length - 1));
            refuses(
                    () -> PreparedCorpus.open(folder),
                    file + " has " + (content.length - 1) + " bytes, it was written with");
            put(file, Arrays.copyOf(content, content.length + 1));
            refuses(
                    () -> PreparedCorpus.open(folder),
                    file + " has " + (content.length + 1) + " bytes, it was written with");
            Files.delete(folder.resolve(file));
            refuses(() -> PreparedCorpus.open(folder), file + " is missing");
            put(file, content);
        }
        Files.delete(folder.resolve("dataset.json"));
        refuses(() -> PreparedCorpus.open(folder), "has no dataset.json", "data prepare");
    }

    @Test
    void aFileThatShrinksWhileItIsReadIsRefused() throws IOException {
        try (PreparedCorpus corpus = PreparedCorpus.open(folder)) {
            int[] ids = new int[10];
            corpus.training().copy(0, ids, 0, 10);
            put("train-00000.bin", new byte[4]);
            refuses(() -> corpus.training().copy(0, ids, 0, 10), "train-00000.bin ends at byte 4", "while it was read");
        }
    }

    @Test
    void aWrongDatasetJsonIsRefusedByField() throws IOException {
        String[][] cases = {
            {"narrowbert-tokens", "other-tokens", "of the format 'other-tokens'"},
            {"\"version\": 1", "\"version\": 2", "of version 2"},
            {"\"version\": 1", "\"version\": 1, \"version\": 1", "not sound JSON"},
            {"\"vocabulary_size\": 1000", "\"vocabulary_size\": -1", "vocabulary_size is not a whole number from 0"},
            {"\"vocabulary_size\": 1000", "\"vocabulary_size\": \"x\"", "vocabulary_size is not a whole number"},
            {"\"vocabulary_size\": 1000", "\"vocabulary_size\": 70000", "shards[0].ids.bytes"},
            {"\"share\": 0.5", "\"share\": 1.5", "validation_split.share"},
            {"train-00000.bin", "../../../secret", "train.shards[0].ids.name is not train-00000.bin"},
            {"\"documents\": 60", "\"documents\": 61", "train.documents is not the 60 of its shards"},
            {"\"tokens\": ", "\"tokens\": 1", "train.tokens is not the "},
            {"\"crc32c_of_each_mib\": \"", "\"crc32c_of_each_mib\": \"zz", "crc32c_of_each_mib is not 1 checksums"},
            {"\"train\"", "\"brain\"", "train is not an object"},
            {"\"tokenizer\"", "\"nothing\"", "tokenizer is not a string"},
        };
        for (String[] one : cases) {
            replaceInJson(one[0], one[1]);
            refuses(
                    () -> PreparedCorpus.open(folder),
                    folder.resolve("dataset.json").toString(),
                    one[2]);
        }
        put("dataset.json", "[]".getBytes(StandardCharsets.UTF_8));
        refuses(() -> PreparedCorpus.open(folder), "dataset.json is not a JSON object");
    }

    @Test
    void liesWithTheRightChecksumsAreRefused() throws IOException {
        lie("train-00000.bin", bytes -> bytes.putShort(10, (short) VOCABULARY));
        refuses(this::readAll, "train-00000.bin, bytes 0 to", "hold the id 1000 of a vocabulary of 1000");
        restore();
        lie("train-00000.idx", bytes -> bytes.putInt(Shard.HEADER, -1));
        refuses(this::readAll, "train-00000.idx is wrong about document 0");
        restore();
        lie("train-00000.idx", bytes -> bytes.putInt(Shard.HEADER + 4, 1 << 30));
        refuses(this::readAll, "train-00000.idx is wrong about document 1");
        restore();
        int documents = ByteBuffer.wrap(sound("train-00000.idx"))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(18);
        lie("train-00000.idx", bytes -> bytes.putLong((int) Shard.pointers(documents) + 8, 1L << 40));
        refuses(this::readAll, "train-00000.idx is wrong about document 1");
        restore();
        lie("train-00000.idx", bytes -> bytes.put(0, (byte) 'X'));
        refuses(this::readAll, "train-00000.idx is not the index of " + documents + " documents");
    }

    /** Changes a file, and its checksum with it. */
    private void lie(String file, Consumer<ByteBuffer> change) throws IOException {
        byte[] content = sound(file).clone();
        change.accept(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN));
        put(file, content);
        replaceInJson(checksum(sound(file)), checksum(content));
    }

    private static String checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return "%08x".formatted((int) crc.getValue());
    }

    @Test
    void twoThousandMutationsAreReadOrRefusedSoonAndNothingElse() throws IOException {
        Random random = new Random(17);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            String file = FILES.get(i % FILES.size());
            byte[] mutated = mutate(sound(file), random);
            put(file, mutated);
            if (!file.equals("dataset.json") && mutated.length == sound(file).length && random.nextInt(4) > 0) {
                replaceInJson(checksum(sound(file)), checksum(mutated));
            }
            int number = i;
            refused += assertTimeout(Duration.ofSeconds(20), () -> isRefused(), () -> "mutation " + number) ? 1 : 0;
            put(file, sound(file));
            put("dataset.json", sound("dataset.json"));
        }
        assertThat(refused).isGreaterThan(MUTATIONS / 2);
    }

    private static byte[] mutate(byte[] content, Random random) {
        byte[] mutated = content.clone();
        if (random.nextInt(10) == 0) {
            return Arrays.copyOf(mutated, random.nextInt(2 * mutated.length));
        }
        for (int j = random.nextInt(4); j >= 0; j--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
        }
        return mutated;
    }

    private boolean isRefused() {
        try {
            readAll();
            return false;
        } catch (RunError error) {
            assertThat(error.getMessage()).contains(folder.toString()).doesNotContain("\n");
            return true;
        }
    }
}
