package org.narrowbert.model.checkpoint.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.narrowbert.engine.error.RunError;

/** The tensors of a file that {@code torch.save} wrote of a dictionary of tensors, in the zip form or in the one before PyTorch 1.6. */
public final class TorchFile {
    static final int MAX_TENSORS = 100_000;
    static final int MAX_NAME = 512;

    /** The largest pickle in bytes: 100,000 tensors with names of common length take a third of it. */
    static final long MAX_PICKLE = 32L << 20;

    private static final String PICKLE = "/data.pkl";

    /** Where a storage's bytes begin, by its key. */
    @FunctionalInterface
    interface Storages {
        /**
         * The first byte.
         *
         * @throws RunError when the file has no such storage or it is shorter than told
         */
        long start(Value.Storage storage);
    }

    private TorchFile() {}

    /**
     * Finds all tensors; nothing of a storage is read.
     *
     * @param file for error messages
     * @param channel of the file, open for reading
     * @throws RunError naming the file, and the opcode or class that is not read or what is unsound
     */
    public static SortedMap<String, TorchTensor> tensors(Path file, FileChannel channel) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(LegacyFile.MAGIC_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int read = 0; start.hasRemaining() && read >= 0; ) {
            read = channel.read(start, start.position());
        }
        if (start.position() == start.capacity() && ZipEntries.areIn(start.getInt(0))) {
            return zipped(file, channel);
        }
        if (start.position() == start.capacity() && LegacyFile.isOne(start.array())) {
            return LegacyFile.tensors(file, channel);
        }
        throw new RunError(
                file + " is no file of PyTorch's torch.save, or one of before PyTorch 0.4: it is neither a zip"
                        + " archive nor does it begin with PyTorch's mark");
    }

    private static SortedMap<String, TorchTensor> zipped(Path file, FileChannel channel) throws IOException {
        Map<String, ZipEntries.Range> entries = ZipEntries.read(file, channel);
        List<String> pickles = entries.keySet().stream()
                .filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == name.length() - PICKLE.length())
                .toList();
        if (pickles.size() != 1) {
            throw new RunError(file + " is a zip archive with " + pickles.size()
                    + " entries data.pkl in a folder, and PyTorch's has one");
        }
        String folder = pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
        ZipEntries.Range pickle = entries.get(pickles.getFirst());
        ZipEntries.Range order = entries.get(folder + "/byteorder");
        if (entries.containsKey(folder + "/constants.pkl")) {
            throw new RunError(file + " is a TorchScript program, and only weights are read: save its state_dict");
        }
        if (order != null && (order.length() > 6 || !littleEndian(file, channel, order))) {
            throw new RunError(
                    file + " was written on a machine of the other byte order: save it anew on a little-endian one");
        }
        if (pickle == null || pickle.length() > MAX_PICKLE) {
            throw new RunError(file + ": its pickle is larger than " + MAX_PICKLE + " bytes");
        }
        Value saved = Unpickler.read(new PickleBytes(file, channel, pickle.start(), pickle.end()));
        return tensors(file, saved, storage -> {
            ZipEntries.Range data = entries.get(folder + "/data/" + storage.key());
            long bytes = storage.root() * storage.type().bytes();
            if (data == null || data.length() != bytes) {
                throw new RunError(file + ": storage " + Rebuilding.show(storage.key()) + " should have " + bytes
                        + " bytes, " + (data == null ? "but the file does not have it" : "but has " + data.length()));
            }
            return data.start();
        });
    }

    private static boolean littleEndian(Path file, FileChannel channel, ZipEntries.Range order) {
        return new PickleBytes(file, channel, order.start(), order.end())
                .text(order.length())
                .equals("little");
    }

    /** The tensors of what was saved, once it is known where storages are. */
    static SortedMap<String, TorchTensor> tensors(Path file, Value saved, Storages storages) {
        if (!(saved instanceof Value.Dictionary dictionary)) {
            throw new RunError(file + " holds " + saved.kind() + " and not a dictionary of tensors by name");
        }
        if (dictionary.entries().size() > MAX_TENSORS) {
            throw new RunError(file + " has more than " + MAX_TENSORS + " tensors");
        }
        SortedMap<String, TorchTensor> tensors = new TreeMap<>();
        dictionary.entries().forEach((name, value) -> {
            if (!(value instanceof Value.Tensor tensor)) {
                throw new RunError(file + ": " + Rebuilding.show(name) + " is " + value.kind()
                        + " and not a tensor; save the model's state_dict alone");
            }
            if (name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
                throw new RunError(file + ": the tensor name " + Rebuilding.show(name)
                        + " holds control characters or more than " + MAX_NAME + " characters");
            }
            StorageType type = tensor.storage().type();
            long start = storages.start(tensor.storage()) + tensor.first() * type.bytes();
            tensors.put(name, new TorchTensor(type, tensor.shape(), tensor.strides(), start));
        });
        return tensors;
    }

    /** The strings of a list. */
    static List<String> texts(Value value, PickleBytes bytes) {
        if (!(value instanceof Value.Items(List<Value> items))) {
            throw bytes.wrong("has " + value.kind() + " where the storages' names belong");
        }
        List<String> texts = new ArrayList<>();
        for (Value item : items) {
            if (!(item instanceof Value.Text(String text))) {
                throw bytes.wrong("has " + item.kind() + " among the storages' names");
            }
            texts.add(text);
        }
        return texts;
    }
}
