package org.narrowbert.model.checkpoint.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;

class SafeTensorsTest {
    @TempDir
    private Path folder;

    @Test
    void tensorsAreReadBackBitForBit() {
        Path file = folder.resolve("m.safetensors");
        float[] odd = {1, -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE};
        try (Buffer buffer = Buffer.open(ElementType.FLOAT32, 200_003)) {
            Matrix large = Matrix.dense(buffer, 3, 100, 2_000);
            Random random = new Random(1);
            for (int row = 0; row < large.rows(); row++) {
                for (int column = 0; column < large.columns(); column++) {
                    large.set(row, column, random.nextGaussian());
                }
            }
            new SafeTensorsWriter()
                    .floats("large", large, 100, 2_000)
                    .floats("odd", odd)
                    .floats("row", large.rows(7, 1), 2_000)
                    .ints("ints", new int[] {0, -1, Integer.MIN_VALUE})
                    .floats("empty", new float[0])
                    .metadata("step", "12")
                    .write(file);
            try (SafeTensors tensors = SafeTensors.open(file);
                    Buffer back = Buffer.open(ElementType.FLOAT32, 200_000)) {
                assertThat(tensors.names()).containsExactly("empty", "ints", "large", "odd", "row");
                assertThat(tensors.metadata()).containsEntry("format", "pt").containsEntry("step", "12");
                assertThat(tensors.tensor("large").shape()).containsExactly(100L, 2_000L);
                assertThat(tensors.tensor("row").shape()).containsExactly(2_000L);
                assertThat(tensors.readFloats("odd")).containsExactly(odd);
                assertThat(tensors.readInts("ints")).containsExactly(0, -1, Integer.MIN_VALUE);
                assertThat(tensors.readFloats("empty")).isEmpty();
                Matrix read = Matrix.dense(back, 0, 100, 2_000);
                tensors.readFloats("large", read);
                assertThat(read.toArray()).isEqualTo(large.toArray());
                assertThat(tensors.readFloats("large")).isEqualTo(large.toArray());
            }
        }
    }

    @Test
    void matricesWithAStrideOrOfDoublesAreWrittenAndReadRowByRow() {
        Path file = folder.resolve("m.safetensors");
        try (Buffer wide = Buffer.open(ElementType.FLOAT32, 12);
                Buffer doubles = Buffer.open(ElementType.FLOAT64, 6)) {
            Matrix strided = Matrix.dense(wide, 0, 3, 4).columns(1, 2);
            Matrix doubled = Matrix.dense(doubles, 0, 3, 2);
            for (int row = 0; row < 3; row++) {
                for (int column = 0; column < 2; column++) {
                    strided.set(row, column, 10 * row + column);
                    doubled.set(row, column, 0.1);
                }
            }
            new SafeTensorsWriter()
                    .floats("strided", strided, 3, 2)
                    .floats("doubled", doubled, 3, 2)
                    .write(file);
            try (SafeTensors tensors = SafeTensors.open(file)) {
                assertThat(tensors.readFloats("strided")).containsExactly(0, 1, 10, 11, 20, 21);
                assertThat(tensors.readFloats("doubled")).containsOnly(0.1f);
                tensors.readFloats("strided", doubled);
                tensors.readFloats("doubled", strided);
                assertThat(doubled.get(2, 1)).isEqualTo(21);
                assertThat(strided.get(0, 0)).isEqualTo(0.1f);
                assertThat(wide.segment().get(ValueLayout.JAVA_FLOAT, 0)).isZero();
            }
        }
    }

    @Test
    void otherFloatingPointTypesAreWidenedOrRounded() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort(Float.floatToFloat16(1.5f)).putShort((short) 0x7c00);
        data.putShort((short) (Float.floatToIntBits(-3.25f) >>> 16)).putShort((short) 0x7fc0);
        data.putDouble(0.1).putLong(7).putLong(-7);
        Path file = file("""
                {"half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"brain":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},\
                "double":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},"long":{"dtype":"I64","shape":[2],"data_offsets":[16,32]}}""", data.array());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThat(tensors.readFloats("half")).containsExactly(1.5f, Float.POSITIVE_INFINITY);
            assertThat(tensors.readFloats("brain")).containsExactly(-3.25f, Float.NaN);
            assertThat(tensors.readFloats("double")).containsExactly(0.1f);
            assertThat(tensors.readInts("long")).containsExactly(7, -7);
        }
    }

    @Test
    void aTensorOfAnotherTypeOrNameOrSizeIsRefused() throws IOException {
        Path file = file(
                """
                {"l":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"f":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(1L << 31)
                        .array());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThatThrownBy(() -> tensors.readFloats("l"))
                    .isInstanceOf(RunError.class)
                    .hasMessage(file + ": tensor l has dtype I64, expected F32, F16, BF16 or F64");
            assertThatThrownBy(() -> tensors.readInts("f"))
                    .hasMessage(file + ": tensor f has dtype F32, expected I32 or I64");
            assertThatThrownBy(() -> tensors.readInts("l"))
                    .hasMessage(file + ": tensor l holds 2147483648, which does not fit 32 bits");
            assertThatThrownBy(() -> tensors.readFloats("x")).hasMessage(file + " has no tensor x");
        }
    }

    @Test
    void aFileThatShrinksWhileItIsOpenIsAnErrorAndNothingWorse() throws IOException {
        Path file = folder.resolve("m.safetensors");
        new SafeTensorsWriter().floats("a", new float[1_000_000]).write(file);
        try (SafeTensors tensors = SafeTensors.open(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(100_000);
            }
            assertThatThrownBy(() -> tensors.readFloats("a"))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("became shorter while it was read");
        }
    }

    @Test
    void writingLeavesNoOtherFileBehindAndReplacesWhatWasThere() throws IOException {
        Path file = folder.resolve("m.safetensors");
        new SafeTensorsWriter().floats("a", new float[] {1}).write(file);
        new SafeTensorsWriter().floats("a", new float[] {2}).write(file);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThat(tensors.readFloats("a")).containsExactly(2);
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        Path file = folder.resolve("none").resolve("m.safetensors");
        assertThatThrownBy(
                        () -> new SafeTensorsWriter().floats("a", new float[1]).write(file))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(file + " cannot be written: ");
    }

    @Test
    void theSameTensorsGiveTheSameBytesInAnyOrder() throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        new SafeTensorsWriter().floats("a", new float[3]).ints("b", new int[2]).write(one);
        new SafeTensorsWriter().ints("b", new int[2]).floats("a", new float[3]).write(two);
        byte[] bytes = Files.readAllBytes(one);
        assertThat(bytes).isEqualTo(Files.readAllBytes(two));
        assertThat(bytes.length % 4).isZero();
        assertThat(List.of(bytes[8], bytes[bytes.length - 21])).isEqualTo(List.of((byte) '{', (byte) ' '));
    }

    private Path file(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json).put(data);
        return Files.write(folder.resolve("m.safetensors"), bytes.array());
    }
}
