package org.narrowbert.ffm.library;

import java.lang.foreign.SymbolLookup;
import java.util.List;

/** Which functions the loaded libraries have. A binding is called only after it was seen here: one called in vain stays dead in this JVM. */
final class Symbols {
    private Symbols() {}

    /** Whether there is a function of this name. */
    static boolean has(String name) {
        return SymbolLookup.loaderLookup().find(name).isPresent();
    }

    /** Those of the names that no loaded library has. */
    static List<String> missing(List<String> names) {
        return names.stream().filter(name -> !has(name)).toList();
    }
}
