package org.narrowbert.model.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostilePickleTest {
    @TempDir
    private Path folder;

    private TorchFileCase file;

    @BeforeEach
    void file() {
        file = new TorchFileCase(folder.resolve("pytorch_model.bin"));
    }

    private static PickleText value() {
        return new PickleText();
    }

    private static long[] wholes(String text) {
        return text.isBlank()
                ? new long[0]
                : List.of(text.strip().split(" ", -1)).stream()
                        .mapToLong(Long::parseLong)
                        .toArray();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0 | 2 3 | 3 1 | rows
                    0 | 3 2 | 1 3 | columns
                    2 | 4   | 1   | a part
                    5 | 1 1 | 9 9 | one element, whose strides say nothing
                    0 | 2   | 5   | the first and the last
                    6 | 0 3 | 3 1 | nothing at the end
                    1 |     |     | a scalar
                    """)
    void viewsOfAStorageAreRead(long offset, String shape, String strides, String what) throws IOException {
        PickleText pickle = value().tensor("0", 6, offset, wholes(blank(shape)), wholes(blank(strides)));
        TorchTensor tensor = file.readPickle(pickle).values().iterator().next();
        assertThat(tensor.shape()).as(what).hasSize(wholes(blank(shape)).length);
        long start = tensor.position() - 4 * offset;
        assertThat(start + 24).as("within the file").isLessThan(Files.size(file.file()));
    }

    private static String blank(String text) {
        return text == null ? "" : text;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0  | 7      | 1       | reaches beyond its end
                    3  | 4      | 1       | reaches beyond its end
                    6  | 1      | 1       | reaches beyond its end
                    7  | 0      | 1       | begins at element 7
                    -1 | 2      | 1       | begins at element -1
                    0  | 2 3    | 4 1     | reaches beyond its end by strides [4, 1]
                    0  | 2      | 6       | reaches beyond its end by strides [6]
                    0  | 2 3    | 2 1     | by which elements overlap
                    0  | 2 3    | 1 1     | by which elements overlap
                    0  | 3      | 0       | by which elements overlap
                    0  | 3      | -1      | has a tensor with -1 in its strides
                    5  | 3      | -1      | has a tensor with -1 in its strides
                    0  | -3     | 1       | has a tensor with -3 in its size
                    0  | 2 3    | 1       | 2 dimensions and 1 strides
                    0  | 1 1 1 1 1 1 1 1 1 | 1 1 1 1 1 1 1 1 1 | at most 8
                    0  | 1099511627777 | 1 | more than 1099511627776 elements
                    0  | 4294967296 4294967296 | 1 1 | more than 1099511627776 elements
                    0  | 1099511627776 1099511627776 1099511627776 | 1 1 1 | more than 1099511627776 elements
                    0  | 2      | 9223372036854775807 | reaches beyond its end
                    9223372036854775807 | 2 | 1 | begins at element
                    """)
    void tensorsThatDoNotLieWithinTheirStorageAreRefused(long offset, String shape, String strides, String sentence) {
        file.refusedPickle(value().tensor("0", 6, offset, wholes(shape), wholes(strides)), sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "builtins, eval",
        "__builtin__, exec",
        "subprocess, Popen",
        "torch, load",
        "torch.nn.modules.linear, Linear",
        "torch._utils, _rebuild_tensor_v3",
        "numpy.core.multiarray, _reconstruct",
        "collections, defaultdict",
        "torch, FloatStorage.from_file",
    })
    void everyNameThatIsNotOnTheListIsRefusedByName(String module, String name) {
        file.refusedPickle(
                value().global(module, name).text("id").raw(0x85, 'R'),
                "names '" + module + "." + name + "', which is not read: tensors are, and nothing is executed");
        file.refusedPickle(
                value().text(module).text(name).raw(0x93), "names '" + module + "." + name + "', which is not read");
    }

    @ParameterizedTest
    @CsvSource({
        "i, INST",
        "o, OBJ",
        "0, POP",
        "1, POP_MARK",
        "2, DUP",
        "P, PERSID",
        "I, INT",
        "L, LONG",
        "F, FLOAT",
        "S, STRING",
        "T, BINSTRING",
        "V, UNICODE",
        "B, BINBYTES",
        "C, BINBYTES",
        "l, LIST",
        "d, DICT",
        "g, GET",
        "p, PUT",
        "z, 0x7a"
    })
    void everyOpcodeThatIsNotOnTheListIsRefusedByName(char opcode, String name) {
        file.refusedPickle(value().raw(opcode, '1', '\n'), "has the opcode " + name + ", which is not read");
    }

    @ParameterizedTest
    @CsvSource({
        "0x81, NEWOBJ",
        "0x92, NEWOBJ_EX",
        "0x82, EXT",
        "0x83, EXT",
        "0x84, EXT",
        "0x8b, LONG4",
        "0x8d, BINUNICODE8",
        "0x8f, EMPTY_SET",
        "0x96, BYTEARRAY8",
        "0x97, NEXT_BUFFER",
        "0xff, 0xff"
    })
    void newerOpcodesThatAreNotOnTheListAreRefusedToo(String opcode, String name) {
        file.refusedPickle(value().raw(Integer.decode(opcode)), "has the opcode " + name + ", which is not read");
    }

    @Test
    void callsOfWhatIsNoFunctionAreRefused() {
        file.refusedPickle(value().text("os.system").text("id").raw(0x85, 'R'), "calls a string");
        file.refusedPickle(value().global("torch", "FloatStorage").raw(')', 'R'), "calls a storage's class");
        file.refusedPickle(
                value().global("collections", "OrderedDict").text("x").raw('R'),
                "calls collections.OrderedDict with a string");
        file.refusedPickle(
                value().global("collections", "OrderedDict").raw(']', 0x85, 'R'),
                "makes an OrderedDict of 1 arguments");
        file.refusedPickle(
                value().global("torch._utils", "_rebuild_parameter").text("x").raw(0x85, 'R'),
                "makes a parameter of something that is no tensor");
        file.refusedPickle(
                value().global("torch._utils", "_rebuild_tensor_v2").text("x").raw(0x85, 'R'),
                "makes a tensor of something else");
    }

    @Test
    void statesAreForgottenOnOrderedDictionariesAndRefusedElsewhere() throws IOException {
        PickleText state = PickleText.begin()
                .global("collections", "OrderedDict")
                .raw(')', 'R')
                .text("a")
                .tensor("0", 6, 0, new long[] {6}, new long[] {1})
                .raw('s', '}')
                .text("_metadata")
                .raw('}', 's', 'b', '.');
        assertThat(file.read(TorchFileCase.archive(state.bytes()))).containsOnlyKeys("a");
        file.refusedPickle(value().text("x").raw('}', 'b'), "has the opcode BUILD on a string");
        file.refusedPickle(value().raw('}', '}', 'b'), "has the opcode BUILD on a dictionary");
        file.refusedPickle(
                value().tensor("0", 6, 0, new long[] {6}, new long[] {1}).raw('}', 'b'),
                "has the opcode BUILD on a tensor");
        file.refusedPickle(value().global("os", "system").raw('}', 'b'), "names 'os.system'");
    }

    @Test
    void referencesToAnythingButAStorageAreRefused() {
        String sentence = "refers to something that is no storage";
        file.refusedPickle(value().text("0").raw('Q'), sentence);
        file.refusedPickle(value().storage("FloatStorage", "0", 6).raw('Q'), sentence);
        file.refusedPickle(value().storage("FloatStorage", "0", 6).raw(0x85, 'Q'), sentence);
        file.refusedPickle(
                value().raw('(').text("module").global("torch", "FloatStorage").raw('t', 'Q'), sentence);
        file.refusedPickle(value().storage("FloatStorage", "0", -1), "gives storage '0' -1 elements");
        file.refusedPickle(value().storage("FloatStorage", "0", 1L << 41), "gives storage '0' 2199023255552 elements");
    }

    @Test
    void storagesThatAreMissingOrOfAnotherSizeAreRefused() {
        long[] six = {6};
        long[] one = {1};
        file.refusedPickle(
                value().tensor("1", 6, 0, six, one), "storage '1' should have 24 bytes, but the file does not");
        file.refusedPickle(value().tensor("../0", 6, 0, six, one), "storage '../0' should have 24 bytes");
        file.refusedPickle(value().tensor("0", 7, 0, six, one), "storage '0' should have 28 bytes, but has 24");
        file.refusedPickle(value().tensor("0", 1L << 40, 0, six, one), "should have 4398046511104 bytes, but has 24");
        file.refusedPickle(value().storage("FloatStorage", "0", 6), "'a' is a storage and not a tensor");
    }

    @Test
    void whatIsNoDictionaryOfTensorsIsRefused() {
        file.refusedPickle(value().whole(3), "'a' is a number and not a tensor; save the model's state_dict alone");
        file.refusedPickle(value().raw('}'), "'a' is a dictionary and not a tensor");
        file.refused(
                TorchFileCase.archive(PickleText.begin().raw(']', '.').bytes()),
                "holds a list and not a dictionary of tensors by name");
        file.refused(
                TorchFileCase.archive(PickleText.begin()
                        .raw('}')
                        .whole(1)
                        .whole(2)
                        .raw('s', '.')
                        .bytes()),
                "has a dictionary whose key is a number");
        file.refused(
                TorchFileCase.archive(PickleText.begin()
                        .raw('}', '(')
                        .text("a")
                        .raw('N')
                        .text("a")
                        .raw('N', 'u', '.')
                        .bytes()),
                "has 'a' twice in a dictionary");
        file.refused(
                TorchFileCase.archive(
                        PickleText.begin().raw('}', '(').text("a").raw('u', '.').bytes()),
                "sets items of a dictionary");
    }

    @Test
    void namesHaveALimitAndNoControlCharacters() throws IOException {
        PickleText tensor = value().tensor("0", 6, 0, new long[] {6}, new long[] {1});
        assertThat(file.read(TorchFileCase.archive(PickleText.dictionary("n".repeat(512), tensor))))
                .hasSize(1);
        file.refused(
                TorchFileCase.archive(PickleText.dictionary("n".repeat(513), tensor)), "or more than 512 characters");
        file.refused(
                TorchFileCase.archive(PickleText.dictionary("a\nb", tensor)), "the tensor name 'a?b' holds control");
    }

    @Test
    void stacksAndTablesThatDoNotHoldWhatIsAskedAreRefused() {
        for (int opcode : new int[] {'u', 't', 'e'}) {
            file.refused(
                    TorchFileCase.archive(PickleText.begin().raw(opcode, '.').bytes()),
                    "goes back to a mark that it has not set");
        }
        for (int opcode : new int[] {'.', 'R', 'Q', 'b', 's', 'a', 'q', 0x85, 0x87, 0x93}) {
            file.refused(
                    TorchFileCase.archive(PickleText.begin().raw(opcode, 0).bytes()),
                    "takes more values from its stack than there are");
        }
        file.refusedPickle(value().raw('h', 7), "asks for value 7, which it has not stored");
        file.refusedPickle(value().raw('j').int32(-1), "asks for value 4294967295, which it has not stored");
        file.refusedPickle(value().text("x").raw('N', 'a'), "appends to a string");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 100})
    void aPickleThatEndsEarlyIsRefused(int length) {
        byte[] whole = PickleText.dictionary("a", value().tensor("0", 6, 0, new long[] {6}, new long[] {1}));
        file.refused(TorchFileCase.archive(Arrays.copyOf(whole, length)), "its pickle ends early");
    }

    @Test
    void lengthsAndNumbersThatCannotBeAreRefusedBeforeAnythingIsAllocated() {
        file.refusedPickle(value().raw('X').int32(-1), "has a string of 4294967295 bytes, at most 4096 are allowed");
        file.refusedPickle(value().raw('X').int32(4097), "has a string of 4097 bytes");
        file.refusedPickle(value().raw('X').int32(4000), "ends early");
        file.refusedPickle(value().raw(0x8a, 255), "has a whole number of 255 bytes");
        file.refusedPickle(value().raw('X').int32(1).raw(0xff), "has a string that is not UTF-8 text");
        file.refusedPickle(value().raw(0x80, 6), "is of protocol 6, at most 5 is read");
        byte[] line = new byte[5000];
        Arrays.fill(line, (byte) 'x');
        line[0] = 'c';
        file.refused(TorchFileCase.archive(line), "has a line of more than 4096 characters");
    }

    @Test
    void bombsOfNestingOrNumberAreRefused() {
        byte[] marks = "(".repeat(100_000).getBytes(StandardCharsets.ISO_8859_1);
        file.refused(TorchFileCase.archive(marks), "is nested deeper than 64");
        byte[] values = "N".repeat(300_000).getBytes(StandardCharsets.ISO_8859_1);
        file.refused(TorchFileCase.archive(values), "has more than 250000 values on its stack");
        byte[] nested = ("N" + "\u0085".repeat(6_000_000)).getBytes(StandardCharsets.ISO_8859_1);
        file.refused(TorchFileCase.archive(nested), "has more than 5000000 opcodes");
        byte[] stored = ("N" + "\u0094".repeat(1_100_000)).getBytes(StandardCharsets.ISO_8859_1);
        file.refused(TorchFileCase.archive(stored), "stores more than 1000000 values");
    }

    @Test
    void filesOfMoreTensorsOrLongerPicklesThanAnyModelHasAreRefused() {
        PickleText many = PickleText.begin().raw('}', '(');
        for (int tensor = 0; tensor <= TorchFile.MAX_TENSORS; tensor++) {
            many.text("t" + tensor).raw('N');
        }
        file.refused(TorchFileCase.archive(many.raw('u', '.').bytes()), "has more than 100000 tensors");
        byte[] pickle = new byte[(int) TorchFile.MAX_PICKLE + 1];
        file.refused(TorchFileCase.archive(pickle), "its pickle is larger than 33554432 bytes");
    }

    @Test
    void aListThatHoldsItselfIsNoTensor() {
        file.refusedPickle(value().raw(']', 'q', 0, 'h', 0, 'a'), "'a' is a list and not a tensor");
    }
}
