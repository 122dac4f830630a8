package org.narrowbert.model.checkpoint.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.error.RunError;

class HostileSafeTensorsTest {
    private static final String SOUND = """
            {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
            "b":{"dtype":"F16","shape":[4],"data_offsets":[24,32]}}""";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | 8 | stands there twice
                    {"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}} | 8 | stands there twice
                    {"a":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}   | 8 | stands there twice
                    {"__metadata__":{"x":"1","x":"2"}}                                   | 0 | stands there twice
                    {"__metadata__":{"x":1}}                                             | 0 | __metadata__ 'x' is not a string
                    {"__metadata__":{"x":{}}}                                            | 0 | __metadata__ 'x' is not a string
                    {"__metadata__":[]}                                                  | 0 | an object was expected
                    {"__metadata__":null}                                                | 0 | an object was expected
                    {"a":null}                                                           | 0 | an object was expected
                    {"a":[]}                                                             | 0 | an object was expected
                    {"a":{"shape":[2],"data_offsets":[0,8]}}                             | 8 | tensor 'a' has no dtype
                    {"a":{"dtype":"F32","data_offsets":[0,8]}}                           | 8 | tensor 'a' has no shape
                    {"a":{"dtype":"F32","shape":[2]}}                                    | 8 | tensor 'a' has no data_offsets
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":0}}         | 8 | unknown key 'x'
                    {"a":{"dtype":1,"shape":[2],"data_offsets":[0,8]}}                   | 8 | 'a'.dtype is not a string
                    {"a":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}}               | 8 | dtype 'f32', which is not read
                    {"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}                | 1 | dtype 'F4', which is not read
                    {"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]}}           | 3 | dtype 'F6_E2M3', which is not read
                    {"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}           | 8 | dtype 'F8_E4M3', which is not read
                    {"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}                 | 8 | 'a'.shape is not a list
                    {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}              | 8 | 'a'.shape holds -2 where
                    {"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}             | 8 | 'a'.shape holds 2.0 where
                    {"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}             | 8 | 'a'.shape holds something else where
                    {"a":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}             | 8 | 'a'.shape holds something else where
                    {"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}} | 8 | 'a'.shape has more than 8 numbers
                    {"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}} | 8 | where a whole number
                    {"a":{"dtype":"F32","shape":[1099511627777],"data_offsets":[0,8]}}   | 8 | more than 1099511627776 elements
                    {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}} | 0 | more than 1099511627776 elements
                    {"a":{"dtype":"F32","shape":[2147483648,2147483648,4],"data_offsets":[0,0]}} | 0 | more than 1099511627776 elements
                    {"a":{"dtype":"F32","shape":[3074457345618258603,6],"data_offsets":[0,8]}} | 8 | more than 1099511627776 elements
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}               | 8 | begins at byte 8 after its end at 0
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}                 | 8 | 1 data_offsets instead of 2
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[]}}                  | 8 | 0 data_offsets instead of 2
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}             | 8 | 'a'.data_offsets has more than 2 numbers
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}              | 8 | 'a'.data_offsets holds -8 where
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,1e1]}}             | 8 | 'a'.data_offsets holds 1e1 where
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}              | 12 | takes 8 bytes, but its data_offsets span 12
                    {"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}               | 8 | takes 16 bytes, but its data_offsets span 8
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}              | 12 | bytes between them belong to no tensor
                    {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}} | 12 | bytes between them belong to no tensor
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}} | 12 | they overlap
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | 8 | they overlap
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}} | 8 | they overlap
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}               | 7 | the file is cut off
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}               | 0 | the file is cut off
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}               | 9 | the rest belongs to no tensor
                    {"a":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}} | 8 | the file is cut off
                    {}                                                                   | 1 | the rest belongs to no tensor
                    {"../a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}            | 8 | name '../a' holds control characters or a path
                    {"a\\u0000":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}        | 8 | name 'a?' holds control characters or a path
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}                | 8 | is not sound JSON
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}}              | 8 | is not sound JSON
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}{}             | 8 | goes on after its JSON object
                    {"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}              | 8 | is not sound JSON
                    {"a":{"dtype":"F32","shape":[2,],"data_offsets":[0,8]}}              | 8 | is not sound JSON
                    {"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,8]}}             | 8 | is not sound JSON
                    {a:{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}                 | 8 | is not sound JSON
                    {'a':{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}               | 8 | is not sound JSON
                    {/**/"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}           | 8 | is not sound JSON
                    []                                                                   | 0 | does not begin with '{'
                     x{}                                                                 | 0 | does not begin with '{'
                    """)
    void aWrongHeaderIsRefusedInOneSentence(String header, int dataBytes, String message) throws IOException {
        refused(file(header, dataBytes), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                                                   | 0
                    {"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}                | 4
                    {"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}               | 0
                    {"a":{"dtype":"F32","shape":[3,0,5],"data_offsets":[0,0]},"b":{"dtype":"I64","shape":[0],"data_offsets":[0,0]}} | 0
                    {"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"F32","shape":[1],"data_offsets":[3,7]}} | 7
                    {"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"}} | 8
                    {"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,2],"data_offsets":[0,8]}} | 8
                    """)
    void scalarsEmptyTensorsAndAnyOrderAreRead(String header, int dataBytes) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file(header, dataBytes))) {
            assertThat(tensors.names().size()).isEqualTo(header.split("dtype", -1).length - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1, 100_000_001})
    void aWrongHeaderLengthIsRefused(long length) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        refused(Files.write(folder.resolve("m.safetensors"), bytes.array()), "");
    }

    @Test
    void aHeaderThatTakesTheWholeFileIsReadAndOneByteMoreIsRefused() throws IOException {
        byte[] sound = bytes("{}", 0);
        SafeTensors.open(Files.write(folder.resolve("sound.safetensors"), sound))
                .close();
        sound[0]++;
        refused(
                Files.write(folder.resolve("m.safetensors"), sound),
                "it gives its header 3 bytes, at most 2 are possible");
    }

    @Test
    void aFileCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = bytes(SOUND, 32);
        for (int length = 0; length < whole.length; length++) {
            refused(Files.write(folder.resolve("m.safetensors"), Arrays.copyOf(whole, length)), "");
        }
        refused(
                Files.write(folder.resolve("m.safetensors"), Arrays.copyOf(whole, whole.length + 1)),
                "the rest belongs to no tensor");
    }

    @Test
    void otherEncodingsThanPlainUtf8AreRefused() throws IOException {
        refused(file("\uFEFF{}".getBytes(StandardCharsets.UTF_8), 0), "does not begin with '{'");
        refused(file("{}".getBytes(StandardCharsets.UTF_16LE), 0), "is not sound JSON");
        refused(file(new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '{', '}', '}'}, 0), "is not UTF-8 text");
        refused(file(new byte[] {'{', '}', (byte) 0xff}, 0), "is not UTF-8 text");
    }

    @Test
    void aDepthBombIsRefused() throws IOException {
        refused(file("{\"a\":".repeat(100_000), 0), "an object was expected|a key|unknown key 'a'");
        refused(file("{\"a\":{\"shape\":" + "[".repeat(100_000), 0), "");
    }

    @Test
    void namesAndCountsAreReadUpToTheirLimitsAndRefusedBeyond() throws IOException {
        String entry = "\"%s\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
        SafeTensors.open(file("{" + entry.formatted("n".repeat(512)) + "}", 0)).close();
        refused(file("{" + entry.formatted("n".repeat(513)) + "}", 0), "has 513 characters, at most 512 are allowed");
        String most = IntStream.range(0, 100_000)
                .mapToObj(number -> entry.formatted("t" + number))
                .collect(Collectors.joining(",", "{", ""));
        try (SafeTensors tensors = SafeTensors.open(file(most + "}", 0))) {
            assertThat(tensors.names()).hasSize(100_000);
        }
        refused(file(most + "," + entry.formatted("more") + "}", 0), "has more than 100000 tensors");
        String notes = IntStream.rangeClosed(0, 100_000)
                .mapToObj("\"%s\":\"\""::formatted)
                .collect(Collectors.joining(",", "{\"__metadata__\":{", ""));
        refused(file(notes, 0), "has more than 100000 entries of __metadata__");
    }

    @Test
    void filesThatAreMissingEmptyOrFoldersAreNamed() throws IOException {
        Path file = folder.resolve("m.safetensors");
        refused(file, "does not exist");
        refused(Files.write(file, new byte[0]), "it has 0 bytes");
        refused(folder, folder + " ");
    }

    /** Bytes changed, removed and inserted at random: a file is read or refused in a sentence, whatever is in it. */
    @Test
    void damagedFilesNeverDoWorseThanBeRefused() throws IOException {
        long seed = 20_260_102;
        Random random = new Random(seed);
        Path file = folder.resolve("m.safetensors");
        int opened = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] damaged = damaged(random);
            Files.write(file, damaged);
            try (SafeTensors tensors = SafeTensors.open(file)) {
                for (String name : tensors.names()) {
                    assertThat(tensors.tensor(name).end()).isLessThanOrEqualTo(damaged.length);
                }
                opened++;
            } catch (RunError error) {
                assertThat(error.getMessage())
                        .as("seed %d, round %d", seed, round)
                        .startsWith(file.toString())
                        .doesNotContain("\n");
            }
        }
        assertThat(opened).as("seed %d", seed).isGreaterThan(100);
    }

    private static byte[] damaged(Random random) throws IOException {
        byte[] bytes = bytes(SOUND, 32);
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(bytes.length);
            byte value =
                    (byte) (random.nextBoolean() ? random.nextInt() : "{}[]\",:0123456789".charAt(random.nextInt(17)));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(bytes, 0, at);
            switch (random.nextInt(4)) {
                case 0 -> out.write(bytes, at + 1, bytes.length - at - 1);
                case 1 -> {
                    out.write(value);
                    out.write(bytes, at, bytes.length - at);
                }
                default -> {
                    out.write(value);
                    out.write(bytes, at + 1, bytes.length - at - 1);
                }
            }
            bytes = out.toByteArray();
        }
        return bytes;
    }

    private static void refused(Path file, String message) {
        assertThatThrownBy(() -> SafeTensors.open(file).close())
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageMatching("(?s).*(" + (message.contains("|") ? message : Pattern.quote(message)) + ").*")
                .hasMessageNotContaining("\n");
    }

    private Path file(String header, int dataBytes) throws IOException {
        return Files.write(folder.resolve("m.safetensors"), bytes(header, dataBytes));
    }

    private Path file(byte[] header, int dataBytes) throws IOException {
        return Files.write(folder.resolve("m.safetensors"), bytes(header, dataBytes));
    }

    private static byte[] bytes(String header, int dataBytes) {
        return bytes(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    private static byte[] bytes(byte[] header, int dataBytes) {
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }
}
