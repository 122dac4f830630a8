package org.narrowbert.model.checkpoint.pickle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.narrowbert.engine.error.RunError;

/**
 * The form before PyTorch 1.6: five pickles (a mark, a version, the machine's types, what was saved, the storages' names) and after them each storage,
 * its number of elements first.
 */
final class LegacyFile {
    /** Bytes that tell the form: protocol, opcode, length and value of the mark. */
    static final int MAGIC_BYTES = 15;

    private static final byte[] MAGIC = {
        (byte) 0x8a, 0x0a, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19, '.'
    };
    private static final int PROTOCOL_BYTES = 2;
    private static final long VERSION = 1001;

    private LegacyFile() {}

    /** Whether a file begins in this form. */
    static boolean isOne(byte[] start) {
        return (start[0] & 0xff) == 0x80 && Arrays.equals(start, PROTOCOL_BYTES, MAGIC_BYTES, MAGIC, 0, MAGIC.length);
    }

    static SortedMap<String, TorchTensor> tensors(Path file, FileChannel channel) throws IOException {
        PickleBytes bytes = new PickleBytes(
                file, channel, MAGIC_BYTES, Math.min(channel.size(), MAGIC_BYTES + TorchFile.MAX_PICKLE));
        if (!(Unpickler.read(bytes) instanceof Value.Whole(long version)) || version != VERSION) {
            throw bytes.wrong("is of another version than " + VERSION);
        }
        if (Unpickler.read(bytes) instanceof Value.Dictionary machine
                && machine.entries().get("little_endian") instanceof Value.Truth(boolean little)
                && !little) {
            throw new RunError(
                    file + " was written on a machine of the other byte order: save it anew on a little-endian one");
        }
        Value saved = Unpickler.read(bytes);
        List<String> keys = TorchFile.texts(Unpickler.read(bytes), bytes);
        Map<String, StorageType> types = new HashMap<>();
        if (saved instanceof Value.Dictionary dictionary) {
            dictionary.entries().values().forEach(value -> {
                if (value instanceof Value.Tensor tensor) {
                    types.put(tensor.storage().key(), tensor.storage().type());
                }
            });
        }
        Map<String, ZipEntries.Range> storages = storages(file, channel, bytes.position(), keys, types);
        return TorchFile.tensors(file, saved, storage -> {
            ZipEntries.Range data = storages.get(storage.key());
            if (data == null || data.length() != storage.root() * storage.type().bytes()) {
                throw new RunError(
                        file + ": storage " + Rebuilding.show(storage.key()) + " should have " + storage.root()
                                + " elements, but " + (data == null ? "the file does not have it" : "has others"));
            }
            return data.start();
        });
    }

    private static Map<String, ZipEntries.Range> storages(
            Path file, FileChannel channel, long start, List<String> keys, Map<String, StorageType> types)
            throws IOException {
        Map<String, ZipEntries.Range> storages = new HashMap<>();
        long size = channel.size();
        long at = start;
        for (String key : keys) {
            StorageType type = types.get(key);
            if (type == null) {
                throw new RunError(file + ": storage " + Rebuilding.show(key) + " belongs to no tensor");
            }
            long elements = new PickleBytes(file, channel, at, Math.min(size, at + Long.BYTES)).signedLong();
            long data = at + Long.BYTES;
            if (elements < 0 || elements > (size - data) / type.bytes()) {
                throw new RunError(file + " is cut off: storage " + Rebuilding.show(key) + " has " + elements
                        + " elements, more than follow");
            }
            at = data + elements * type.bytes();
            if (storages.put(key, new ZipEntries.Range(data, at)) != null) {
                throw new RunError(file + " has storage " + Rebuilding.show(key) + " twice");
            }
        }
        if (at != size) {
            throw new RunError(file + " goes on after its last storage");
        }
        return storages;
    }
}
