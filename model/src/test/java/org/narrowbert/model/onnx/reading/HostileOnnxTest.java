package org.narrowbert.model.onnx.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.onnx.OnnxExport;
import org.narrowbert.model.onnx.OnnxModel;
import org.narrowbert.model.onnx.RandomWeights;
import org.narrowbert.model.onnx.TorchExport;
import org.narrowbert.model.onnx.reading.graph.OnnxFile;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;
import org.narrowbert.model.onnx.reading.graph.StoredTensor;
import org.narrowbert.model.onnx.reading.graph.TensorValues;

/** Bytes that are no sound model: each is refused in one sentence that names the file, or read as something else that is sound. */
class HostileOnnxTest {
    private static final BertConfig CONFIG = BertConfig.builder(Layout.dense(1), new ModelShape(1, 4, 2, 6), 7)
            .maxPositionEmbeddings(5)
            .build();
    private static final int MUTATIONS = 3_000;

    private static Backend backend = Backends.find().preferred().open(new BackendOptions(1));
    private static byte[][] sound = new byte[0][];

    @TempDir
    private static Path folder;

    @BeforeAll
    static void write() throws IOException {
        Path file = folder.resolve("sound.onnx");
        OnnxModel model = OnnxExport.states(CONFIG);
        try (Parameters own = RandomWeights.open(model.parameters(), backend);
                Parameters others =
                        RandomWeights.open(EncoderStates.of(CONFIG).graph().parameters(), backend)) {
            model.write(file, own);
            sound = new byte[][] {
                Files.readAllBytes(file),
                TorchExport.bytes(CONFIG, others, TorchExport.Style.USUAL),
                TorchExport.bytes(CONFIG, others, TorchExport.Style.USUAL.anonymous())
            };
        }
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    /** Reads all of it; true if that is possible. */
    private static boolean reads(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("hostile.onnx"), bytes);
        try {
            OnnxEncoder encoder = OnnxEncoder.read(file);
            try (Parameters parameters = Parameters.open(encoder.parameters(), backend)) {
                encoder.load(parameters);
            }
            return true;
        } catch (RunError refused) {
            assertThat(refused.getMessage()).contains("hostile.onnx").doesNotContain("\n");
            return false;
        }
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        for (byte[] whole : sound) {
            assertThat(reads(whole)).isTrue();
            for (int length = 0; length < whole.length; length += 1 + length / 100) {
                assertThat(reads(Arrays.copyOf(whole, length)))
                        .as("%d bytes", length)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void changedBytesAreRefusedInASentenceOrReadAsAnotherModel(int kind) throws IOException {
        long seed = 20260101 + kind;
        Random random = new Random(seed);
        int read = 0;
        for (int mutation = 0; mutation < MUTATIONS / sound.length; mutation++) {
            byte[] changed = sound[kind].clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(changed.length);
                changed[at] = switch (random.nextInt(4)) {
                    case 0 -> (byte) 0xff;
                    case 1 -> 0;
                    case 2 -> (byte) (changed[at] ^ 1 << random.nextInt(8));
                    default -> (byte) random.nextInt();
                };
            }
            try {
                read += reads(changed) ? 1 : 0;
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("seed " + seed + ", mutation " + mutation, failure);
            }
        }
        assertThat(read).as("most bytes are weights").isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | has no graph, so it is no ONNX file",
                "this is no protocol buffer | is no sound ONNX file",
                "{\"a\": 1} | is no sound ONNX file",
            })
    void otherFilesAreToldFromOnnxFiles(String content, String sentence) throws IOException {
        Path file = Files.writeString(folder.resolve("other.onnx"), content);
        assertThatThrownBy(() -> OnnxEncoder.read(file))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(file + " " + sentence);
        assertThatThrownBy(() -> OnnxEncoder.read(folder)).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> OnnxEncoder.read(folder.resolve("none.onnx"))).hasMessageContaining("does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/passwd", "a/b", "", "..", "C:\\x"})
    void valuesElsewhereThanBesideTheFileAreRefused(String location) throws IOException {
        Path file = Files.write(folder.resolve("external.onnx"), external(location, "0", "16"));
        assertThatThrownBy(() -> OnnxFile.read(file))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("which is not the name of a file beside it");
    }

    @Test
    void valuesInAFileBesideAreReadWithinIt() throws IOException {
        Files.write(folder.resolve("weights.bin"), new byte[] {9, 9, 0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40});
        Path file = Files.write(folder.resolve("beside.onnx"), external("weights.bin", "2", "8"));
        StoredTensor tensor = tensor(OnnxFile.read(file));
        assertThat(TensorValues.readSmall(tensor)).containsExactly(1, 2);
        for (String[] place : new String[][] {{"2", "9"}, {"4", "8"}, {"-1", "8"}, {"9223372036854775807", "8"}}) {
            Files.write(file, external("weights.bin", place[0], place[1]));
            StoredTensor lying = tensor(OnnxFile.read(file));
            assertThatThrownBy(() -> TensorValues.readSmall(lying)).as(place[0]).isInstanceOf(RunError.class);
        }
        Files.write(file, external("weights.bin", "two", "8"));
        assertThatThrownBy(() -> OnnxFile.read(file)).hasMessageContaining("'two', which is no number");
    }

    @Test
    void twoMatricesThatClaimToBeLargeAreRefusedBeforeMemoryIsTakenForThem() throws IOException {
        Path file = Files.write(folder.resolve("tied.onnx"), new byte[64]);
        StoredTensor.Data data = StoredTensor.Data.in(file, 0, 64, StoredTensor.Coding.ELEMENTS);
        StoredTensor word = new StoredTensor("word", 1, List.of(10_000_000L, 200L), data);
        StoredTensor decoder = new StoredTensor("decoder", 1, List.of(200L, 10_000_000L), data);
        assertThatThrownBy(() -> TensorValues.areEqual(word, decoder, true))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("word");
    }

    private static StoredTensor tensor(OnnxGraph graph) {
        return graph.initializers().values().iterator().next();
    }

    @Test
    void aGraphOfMoreNamesThanAnyModelHasIsRefusedBeforeItFillsTheMemory() throws IOException {
        byte[] name = "n".repeat(60_000).getBytes(StandardCharsets.US_ASCII);
        byte[] node = message(out -> {
            for (int input = 0; input < 1_200; input++) {
                out.writeByteArray(1, name);
            }
        });
        Path file = Files.write(
                folder.resolve("names.onnx"),
                message(out -> out.writeByteArray(7, message(graph -> graph.writeByteArray(1, node)))));
        assertThatThrownBy(() -> OnnxFile.read(file))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("its names and nodes take more than");
    }

    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.writeTo(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** A model of one node and one vector of two float32, whose values are said to be elsewhere. */
    private static byte[] external(String location, String offset, String length) throws IOException {
        byte[] tensor = message(out -> {
            out.writeInt64(1, 2);
            out.writeInt32(2, 1);
            out.writeString(8, "weight");
            for (String[] entry : new String[][] {{"location", location}, {"offset", offset}, {"length", length}}) {
                out.writeByteArray(13, message(pair -> {
                    pair.writeString(1, entry[0]);
                    pair.writeString(2, entry[1]);
                }));
            }
            out.writeInt32(14, 1);
        });
        return message(out -> out.writeByteArray(7, message(graph -> {
            graph.writeByteArray(1, message(node -> node.writeString(4, "Identity")));
            graph.writeByteArray(5, tensor);
        })));
    }
}
