package org.narrowbert.model.checkpoint.pickle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.narrowbert.engine.error.RunError;

/** What the few known names mean: storages, tensors and parameters as descriptions, with every number checked. */
final class Rebuilding {
    static final int MAX_RANK = 8;
    static final long MAX_ELEMENTS = 1L << 40;

    private static final int SHOWN = 80;

    private final PickleBytes bytes;

    Rebuilding(PickleBytes bytes) {
        this.bytes = bytes;
    }

    /** A text as an error message shows it: on one line, and not longer than is useful. */
    static String show(String text) {
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return "'" + shown.replaceAll("[^\\p{Print}\\p{IsAlphabetic}]", "?") + "'";
    }

    /** The function or class of a name. */
    Value global(String module, String name) {
        return Global.named(module, name)
                .orElseThrow(() -> bytes.wrong("names " + show(module + "." + name)
                        + ", which is not read: tensors are, and nothing is executed"));
    }

    /** What a function gives. */
    Value call(Value function, Value arguments) {
        if (!(function instanceof Value.Function known)) {
            throw bytes.wrong("calls " + function.kind());
        }
        if (!(arguments instanceof Value.Tuple(List<Value> list))) {
            throw bytes.wrong("calls " + known.global().qualified() + " with " + arguments.kind());
        }
        return switch (known.global()) {
            case ORDERED_DICT -> orderedDictionary(list);
            case TENSOR -> tensor(list);
            case PARAMETER -> parameter(list);
        };
    }

    private Value orderedDictionary(List<Value> arguments) {
        if (!arguments.isEmpty()) {
            throw bytes.wrong(
                    "makes an OrderedDict of " + arguments.size() + " arguments, and only empty ones are read");
        }
        return new Value.Dictionary(new LinkedHashMap<>(0), true);
    }

    private Value parameter(List<Value> arguments) {
        if (arguments.isEmpty() || !(arguments.getFirst() instanceof Value.Tensor tensor)) {
            throw bytes.wrong("makes a parameter of something that is no tensor");
        }
        return tensor;
    }

    /** A storage by the tuple that stands for it: ('storage', class, key, device, elements) and in the old form (key, first, elements) of a part or None. */
    Value storage(Value id) {
        if (!(id instanceof Value.Tuple(List<Value> parts))
                || parts.size() < 5
                || parts.size() > 6
                || !(parts.get(0) instanceof Value.Text(String word))
                || !word.equals("storage")
                || !(parts.get(1) instanceof Value.StorageClass(StorageType type))
                || !(parts.get(2) instanceof Value.Text(String key))
                || !(parts.get(4) instanceof Value.Whole(long elements))) {
            throw bytes.wrong("refers to something that is no storage");
        }
        if (elements < 0 || elements > MAX_ELEMENTS) {
            throw bytes.wrong(
                    "gives storage " + show(key) + " " + elements + " elements, allowed are 0 to " + MAX_ELEMENTS);
        }
        if (parts.size() < 6 || parts.get(5) instanceof Value.Nothing) {
            return new Value.Storage(type, key, elements, 0, elements);
        }
        if (!(parts.get(5) instanceof Value.Tuple(List<Value> part))
                || part.size() != 3
                || !(part.get(1) instanceof Value.Whole(long first))
                || !(part.get(2) instanceof Value.Whole(long size))
                || first < 0
                || size < 0
                || first > elements
                || size > elements - first) {
            throw bytes.wrong("gives storage " + show(key) + " a part that does not lie within it");
        }
        return new Value.Storage(type, key, elements, first, size);
    }

    private Value tensor(List<Value> arguments) {
        if (arguments.size() < 4
                || !(arguments.get(0) instanceof Value.Storage storage)
                || !(arguments.get(1) instanceof Value.Whole(long offset))
                || !(arguments.get(2) instanceof Value.Tuple(List<Value> sizes))
                || !(arguments.get(3) instanceof Value.Tuple(List<Value> steps))) {
            throw bytes.wrong("makes a tensor of something else than a storage, an offset, a size and strides");
        }
        List<Long> shape = wholes(sizes, "size");
        List<Long> strides = wholes(steps, "strides");
        if (shape.size() != strides.size() || shape.size() > MAX_RANK) {
            throw bytes.wrong("has a tensor with " + shape.size() + " dimensions and " + strides.size()
                    + " strides, allowed are as many, at most " + MAX_RANK);
        }
        checkShape(shape, strides, storage, offset);
        return new Value.Tensor(storage, storage.first() + offset, shape, strides);
    }

    private List<Long> wholes(List<Value> values, String what) {
        List<Long> numbers = new ArrayList<>(values.size());
        for (Value value : values) {
            if (!(value instanceof Value.Whole(long number)) || number < 0) {
                throw bytes.wrong("has a tensor with "
                        + (value instanceof Value.Whole(long number) ? String.valueOf(number) : value.kind())
                        + " in its " + what + ", where a whole number from 0 belongs");
            }
            numbers.add(number);
        }
        return numbers;
    }

    private void checkShape(List<Long> shape, List<Long> strides, Value.Storage storage, long offset) {
        long elements = 1;
        for (long size : shape) {
            // A factor of 2^40 at most each time: the product stays within 80 bits, whose high part is looked at.
            if (size > MAX_ELEMENTS
                    || Math.multiplyHigh(elements, size) != 0
                    || elements * size > MAX_ELEMENTS
                    || elements * size < 0) {
                throw tensorError(storage, shape, "has more than " + MAX_ELEMENTS + " elements");
            }
            elements *= size;
        }
        if (offset < 0 || offset > storage.size()) {
            throw tensorError(storage, shape, "begins at element " + offset);
        }
        if (elements > 0) {
            checkReach(shape, strides, storage, offset);
        }
    }

    /** Along ascending strides each must step over all that the smaller ones reach: then no element comes twice. */
    private void checkReach(List<Long> shape, List<Long> strides, Value.Storage storage, long offset) {
        List<Integer> dimensions = IntStream.range(0, shape.size())
                .boxed()
                .filter(dimension -> shape.get(dimension) > 1)
                .sorted(Comparator.comparing(strides::get))
                .toList();
        long last = 0;
        for (int dimension : dimensions) {
            long stride = strides.get(dimension);
            if (stride <= last) {
                throw tensorError(storage, shape, "has strides " + strides + ", by which elements overlap");
            }
            long room = storage.size() - 1 - offset - last;
            if (stride > room / (shape.get(dimension) - 1)) {
                throw tensorError(storage, shape, "reaches beyond its end by strides " + strides);
            }
            last += stride * (shape.get(dimension) - 1);
        }
        if (offset + last >= storage.size()) {
            throw tensorError(storage, shape, "reaches beyond its end");
        }
    }

    private RunError tensorError(Value.Storage storage, List<Long> shape, String what) {
        return bytes.wrong("has a tensor " + shape + " in storage " + show(storage.key()) + " of " + storage.size()
                + " elements that " + what);
    }
}
