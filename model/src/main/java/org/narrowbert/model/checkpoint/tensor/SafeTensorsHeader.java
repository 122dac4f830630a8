package org.narrowbert.model.checkpoint.tensor;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.json.JsonReader;

/**
 * A safetensors header, fully checked: every tensor's size is shape times type, and together they cover the data without overlap or hole.
 * Stricter than the format's own reader in that no name comes twice and nothing unknown is skipped.
 *
 * @param tensors by name
 * @param metadata the {@code __metadata__} entry; empty when there is none
 */
record SafeTensorsHeader(SortedMap<String, TensorInfo> tensors, SortedMap<String, String> metadata) {
    static final int MAX_TENSORS = 100_000;
    static final int MAX_NAME = 512;
    static final int MAX_RANK = 8;
    static final long MAX_ELEMENTS = 1L << 40;

    private static final String METADATA = "__metadata__";

    /**
     * Reads a header.
     *
     * @param where the file, for error messages
     * @param json exactly the header's bytes
     * @param dataBytes number of bytes after the header
     */
    static SafeTensorsHeader read(String where, InputStream json, long dataBytes) {
        try (JsonReader reader = JsonReader.open(where + ": the header", json)) {
            SafeTensorsHeader header = new SafeTensorsHeader(new TreeMap<>(), new TreeMap<>());
            reader.object(name -> {
                if (name.equals(METADATA)) {
                    reader.object(key -> {
                        header.metadata.put(key, reader.text(METADATA + " " + show(key)));
                        checkCount(where, header.metadata, "entries of " + METADATA);
                    });
                } else {
                    header.tensors.put(name, entry(where, reader, checkName(where, name)));
                    checkCount(where, header.tensors, "tensors");
                }
            });
            reader.end();
            checkCoverage(where, header.tensors.values(), dataBytes);
            return header;
        }
    }

    private static void checkCount(String where, Map<String, ?> read, String what) {
        if (read.size() > MAX_TENSORS) {
            throw new RunError(where + " has more than " + MAX_TENSORS + " " + what);
        }
    }

    private static String checkName(String where, String name) {
        if (name.length() > MAX_NAME) {
            throw new RunError(where + ": the name of a tensor has " + name.length() + " characters, at most "
                    + MAX_NAME + " are allowed: " + show(name));
        }
        if (name.chars().anyMatch(Character::isISOControl) || name.contains("../") || name.contains("..\\")) {
            throw new RunError(where + ": the tensor name " + show(name) + " holds control characters or a path");
        }
        return name;
    }

    private static TensorInfo entry(String where, JsonReader reader, String name) {
        String tensor = where + ": tensor " + show(name);
        List<String> dtype = new ArrayList<>(1);
        List<Long> shape = new ArrayList<>(4);
        List<Long> offsets = new ArrayList<>(2);
        List<String> keys = new ArrayList<>(3);
        reader.object(key -> {
            keys.add(key);
            switch (key) {
                case "dtype" -> dtype.add(reader.text(show(name) + ".dtype"));
                case "shape" -> reader.longs(show(name) + ".shape", MAX_RANK, shape);
                case "data_offsets" -> reader.longs(show(name) + ".data_offsets", 2, offsets);
                default -> throw new RunError(tensor + " has the unknown key " + show(key));
            }
        });
        for (String key : List.of("dtype", "shape", "data_offsets")) {
            if (!keys.contains(key)) {
                throw new RunError(tensor + " has no " + key);
            }
        }
        if (offsets.size() != 2) {
            throw new RunError(tensor + " has " + offsets.size() + " data_offsets instead of 2");
        }
        return checkSize(
                tensor, new TensorInfo(name, dtype(tensor, dtype.getFirst()), shape, offsets.get(0), offsets.get(1)));
    }

    private static Dtype dtype(String tensor, String name) {
        Optional<Dtype> dtype = Dtype.named(name);
        return dtype.orElseThrow(() ->
                new RunError(tensor + " has dtype " + show(name) + ", which is not read here; convert it to F32"));
    }

    private static TensorInfo checkSize(String tensor, TensorInfo info) {
        long elements = 1;
        for (long dimension : info.shape()) {
            // The product of 63-bit numbers has up to 126 bits: its high half tells an overflow from a small shape.
            long high = Math.multiplyHigh(elements, dimension);
            elements *= dimension;
            if (dimension > MAX_ELEMENTS || high != 0 || elements < 0 || elements > MAX_ELEMENTS) {
                throw new RunError(tensor + " has shape " + info.shape() + ", more than " + MAX_ELEMENTS + " elements");
            }
        }
        long bytes = elements * info.dtype().bytes();
        if (info.begin() > info.end()) {
            throw new RunError(tensor + " begins at byte " + info.begin() + " after its end at " + info.end());
        }
        if (info.end() - info.begin() != bytes) {
            throw new RunError(tensor + " of shape " + info.shape() + " in " + info.dtype() + " takes " + bytes
                    + " bytes, but its data_offsets span " + (info.end() - info.begin()));
        }
        return info;
    }

    /** The tensors in order of their data must begin at 0, follow each other without overlap or hole, and end with the file. */
    private static void checkCoverage(String where, Collection<TensorInfo> tensors, long dataBytes) {
        List<TensorInfo> inOrder = new ArrayList<>(tensors);
        inOrder.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
        long end = 0;
        for (TensorInfo tensor : inOrder) {
            if (tensor.begin() != end) {
                throw new RunError(where + ": tensor " + show(tensor.name()) + " begins at byte " + tensor.begin()
                        + " of the data, but the one before it ends at " + end
                        + (tensor.begin() < end ? ": they overlap" : ": bytes between them belong to no tensor"));
            }
            end = tensor.end();
        }
        if (end != dataBytes) {
            throw new RunError(where + " has " + dataBytes + " bytes of data, but its tensors end at byte " + end
                    + (end > dataBytes ? ": the file is cut off" : ": the rest belongs to no tensor"));
        }
    }

    /** A name as an error message shows it: on one line, and not longer than is useful. */
    private static String show(String name) {
        String shown = name.length() > MAX_NAME ? name.substring(0, 80) + "..." : name;
        StringBuilder safe = new StringBuilder();
        shown.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                safe.append("?");
            } else {
                safe.appendCodePoint(c);
            }
        });
        return "'" + safe + "'";
    }
}
