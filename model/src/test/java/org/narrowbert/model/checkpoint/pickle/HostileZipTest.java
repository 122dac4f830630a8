package org.narrowbert.model.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.error.RunError;

class HostileZipTest {
    private static final byte[] PICKLE =
            PickleText.dictionary("a", new PickleText().tensor("0", 6, 0, new long[] {2, 3}, new long[] {3, 1}));
    private static final byte[] DATA = TorchFileCase.SIX_FLOATS;

    @TempDir
    private Path folder;

    private TorchFileCase file;

    @BeforeEach
    void file() {
        file = new TorchFileCase(folder.resolve("pytorch_model.bin"));
    }

    private static ZipText sound() {
        return ZipText.plain().entry("m/data.pkl", PICKLE).entry("m/data/0", DATA);
    }

    @Test
    void archivesWithSizesOf32AndOf64BitsAreRead() throws IOException {
        assertThat(file.read(sound().bytes())).containsOnlyKeys("a");
        byte[] wide = ZipText.wide()
                .entry("m/data.pkl", PICKLE)
                .entry("m/byteorder", "little".getBytes(StandardCharsets.UTF_8))
                .entry("m/data/0", DATA)
                .bytes();
        assertThat(file.read(wide)).containsOnlyKeys("a");
    }

    @Test
    void compressedEntriesAreRefusedSoThatNothingCanGrow() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("m/data.pkl"));
            zip.write(new byte[10_000_000]);
        }
        assertThat(bytes.size()).isLessThan(100_000);
        file.refused(bytes.toByteArray(), "has the entry 'm/data.pkl', which is compressed");
        file.refused(
                sound().entry("m/bomb", "m/bomb", 0, 0, DATA, 1L << 31, 0).bytes(), "'m/bomb', which is compressed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "m/../../x", "m\\..\\x", "m/a\u0000b"})
    void namesThatLeadOutOfAFolderAreRefused(String name) {
        file.refused(sound().entry(name, DATA).bytes(), "too long or leads out of a folder");
    }

    @Test
    void entriesThatOverlapOrAreElsewhereAreRefused() {
        int second = 30 + "m/data.pkl".length() + PICKLE.length;
        file.refused(
                ZipText.plain()
                        .entry("m/data.pkl", PICKLE)
                        .entry("m/data/0", DATA)
                        .entry("m/data/0", "m/data/0", 0, 0, DATA, DATA.length, second)
                        .bytes(),
                "has entry 'm/data/0' twice");
        byte[] inner = ZipText.plain().entry("m/x", DATA).bytes();
        byte[] overlapping = ZipText.plain()
                .entry("m/data.pkl", PICKLE)
                .entry("m/y", inner)
                .entry("m/x", "m/x", 0, 0, DATA, DATA.length, second + 33)
                .bytes();
        file.refused(overlapping, "has entries that overlap");
        file.refused(
                sound().entry("m/z", "m/z", 0, 0, DATA, DATA.length, 5).bytes(),
                "there is no header of the entry 'm/z'");
        file.refused(
                sound().entry("m/z", "m/z", 0, 0, DATA, DATA.length, 1 << 30).bytes(), "beyond its end");
        file.refused(
                sound().entry("m/z", "m/q", 0, 0, DATA, DATA.length, sizeOf(sound()))
                        .bytes(),
                "has another name in its own header");
    }

    private static int sizeOf(ZipText zip) {
        byte[] whole = zip.bytes();
        for (int at = 0; at < whole.length - 4; at++) {
            if (whole[at] == 'P' && whole[at + 1] == 'K' && whole[at + 2] == 1 && whole[at + 3] == 2) {
                return at;
            }
        }
        throw new AssertionError("no directory");
    }

    @Test
    void encryptedEntriesAreRefused() {
        file.refused(
                sound().entry("m/z", "m/z", 1, 0, DATA, DATA.length, 0).bytes(),
                "has the entry 'm/z', which is encrypted");
    }

    @Test
    void directoriesThatLieAreRefused() throws IOException {
        file.refused(sound().bytes(3), "its directory has fewer entries than it says");
        file.refused(ZipText.wide().entry("m/data.pkl", PICKLE).bytes(10_001), "has 10001 entries, at most 10000 are");
        file.refused(ZipText.wide().entry("m/data.pkl", PICKLE).bytes(-1), "its large directory cannot be read");
        byte[] cut = sound().bytes();
        file.refused(Arrays.copyOf(cut, cut.length - 1), "is cut off: it has no directory at its end");
        file.refused(Arrays.copyOf(cut, 40), "is cut off: it has no directory at its end");
        byte[] far = sound().bytes();
        far[far.length - 4] = 0x7f;
        file.refused(far, "which cannot be");
        ZipText many = sound();
        for (int entry = 2; entry < 10_000; entry++) {
            many.entry("m/" + entry, new byte[0]);
        }
        assertThat(file.read(many.bytes())).containsOnlyKeys("a");
        file.refused(many.entry("m/more", new byte[0]).bytes(), "has 10001 entries");
    }

    @Test
    void archivesThatAreNotPyTorchsAreRefused() {
        file.refused(ZipText.plain().entry("word/document.xml", DATA).bytes(), "with 0 entries data.pkl in a folder");
        file.refused(
                sound().entry("n/data.pkl", PICKLE).bytes(),
                "with 2 entries data.pkl in a folder, and PyTorch's has one");
        file.refused(sound().entry("m/constants.pkl", PICKLE).bytes(), "is a TorchScript program, and only weights");
        file.refused(
                sound().entry("m/byteorder", "big".getBytes(StandardCharsets.UTF_8))
                        .bytes(),
                "was written on a machine of the other byte order");
        file.refused(new byte[0], "is no file of PyTorch's torch.save");
        file.refused(new byte[1000], "is no file of PyTorch's torch.save");
        file.refused("P".repeat(1000).getBytes(StandardCharsets.UTF_8), "is no file of PyTorch's torch.save");
    }

    /** The form before PyTorch 1.6 of one tensor. */
    private static byte[] legacy() {
        byte[] mark = {
            (byte) 0x80,
            2,
            (byte) 0x8a,
            10,
            0x6c,
            (byte) 0xfc,
            (byte) 0x9c,
            0x46,
            (byte) 0xf9,
            0x20,
            0x6a,
            (byte) 0xa8,
            0x50,
            0x19,
            '.'
        };
        PickleText tensor = new PickleText()
                .global("torch._utils", "_rebuild_tensor_v2")
                .raw('(', '(')
                .text("storage")
                .global("torch", "FloatStorage")
                .text("0")
                .text("cpu")
                .whole(6)
                .raw('N', 't', 'Q')
                .whole(0)
                .wholes(2, 3)
                .wholes(3, 1)
                .raw(0x89, 'N', 't', 'R');
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(mark);
        bytes.writeBytes(PickleText.begin().whole(1001).raw('.').bytes());
        bytes.writeBytes(PickleText.begin().raw('}', '.').bytes());
        bytes.writeBytes(PickleText.dictionary("a", tensor));
        bytes.writeBytes(PickleText.begin().raw(']').text("0").raw('a', '.').bytes());
        bytes.writeBytes(new byte[] {6, 0, 0, 0, 0, 0, 0, 0});
        bytes.writeBytes(DATA);
        return bytes.toByteArray();
    }

    @Test
    void filesCutOffAnywhereAreRefused() throws IOException {
        for (byte[] whole : new byte[][] {legacy(), sound().bytes()}) {
            assertThat(file.read(whole)).containsOnlyKeys("a");
            for (int length = 0; length < whole.length; length++) {
                file.refused(Arrays.copyOf(whole, length), "");
            }
        }
        file.refused(Arrays.copyOf(legacy(), legacy().length + 1), "goes on after its last storage");
    }

    /** Bytes changed at random in a file of each form: it is read or refused in a sentence, whatever is in it. */
    @Test
    void damagedFilesNeverDoWorseThanBeRefused() {
        long seed = 20_260_111;
        Random random = new Random(seed);
        int opened = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] damaged = round % 2 == 0 ? legacy() : sound().bytes();
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(damaged.length);
                damaged[at] = (byte) (random.nextBoolean() ? random.nextInt() : damaged[at] ^ (1 << random.nextInt(8)));
            }
            try {
                for (TorchTensor tensor : file.readAnyway(damaged).values()) {
                    long end = tensor.position() + tensor.span() * tensor.type().bytes();
                    assertThat(end).as("seed %d, round %d", seed, round).isLessThanOrEqualTo(damaged.length);
                }
                opened++;
            } catch (RunError error) {
                assertThat(error.getMessage())
                        .as("seed %d, round %d", seed, round)
                        .startsWith(file.file().toString())
                        .doesNotContain("\n");
            }
        }
        assertThat(opened).as("seed %d", seed).isBetween(100, 4_900);
    }
}
