package org.narrowbert.ffm.library;

import java.util.function.Supplier;

/**
 * A native library that NarrowBERT can make use of: where to look for it, and what it is asked once it is loaded.
 *
 * @param search where to look
 * @param check asks the loaded library what it is
 */
public record KnownLibrary(LibrarySearch search, Supplier<LibraryVerdict> check) {
    /** Looks in every place until the library is loaded, and asks it whether it can be used. */
    public NativeLibrary find(Surroundings surroundings) {
        return switch (search.find(surroundings)) {
            case NativeLibrary.Found(var name, var file, var unasked, var lookedAt) ->
                switch (check.get()) {
                    case LibraryVerdict.Fit(var version) -> new NativeLibrary.Found(name, file, version, lookedAt);
                    case LibraryVerdict.Unfit(var why) -> new NativeLibrary.Unfit(name, file, why, lookedAt);
                };
            case NativeLibrary.Unfit unfit -> unfit;
            case NativeLibrary.Missing missing -> missing;
        };
    }
}
