package org.narrowbert.model.checkpoint.pickle;

import java.util.List;
import java.util.Map;

/** What a pickle is made of, as data. A list or dictionary may hold itself, so that values are never compared or printed whole. */
sealed interface Value {
    /** None. */
    record Nothing() implements Value {}

    /** True or false. */
    record Truth(boolean value) implements Value {}

    /** A whole number. */
    record Whole(long value) implements Value {}

    /** A number that nobody here asks for. */
    record Real(double value) implements Value {}

    /** A string. */
    record Text(String value) implements Value {}

    /** A tuple. */
    record Tuple(List<Value> items) implements Value {}

    /** A list, which grows. */
    record Items(List<Value> items) implements Value {}

    /** A dictionary with strings for keys, which grows; an OrderedDict or a plain one. */
    record Dictionary(Map<String, Value> entries, boolean ordered) implements Value {}

    /** One of the few functions that are known: a name, and nothing that could be called. */
    record Function(Global global) implements Value {}

    /** A storage's class. */
    record StorageClass(StorageType type) implements Value {}

    /**
     * A storage, or a part of one.
     *
     * @param key its name in the file
     * @param root elements of the whole
     * @param first element of the part
     * @param size elements of the part
     */
    record Storage(StorageType type, String key, long root, long first, long size) implements Value {}

    /** A tensor whose storage has not been found yet: {@code first} counts elements of the whole storage. */
    record Tensor(Storage storage, long first, List<Long> shape, List<Long> strides) implements Value {}

    /** What it is, for an error message. */
    default String kind() {
        return switch (this) {
            case Nothing _ -> "None";
            case Truth _ -> "a truth value";
            case Whole _, Real _ -> "a number";
            case Text _ -> "a string";
            case Tuple _ -> "a tuple";
            case Items _ -> "a list";
            case Dictionary _ -> "a dictionary";
            case Function function -> "the function " + function.global.qualified();
            case StorageClass _ -> "a storage's class";
            case Storage _ -> "a storage";
            case Tensor _ -> "a tensor";
        };
    }
}
