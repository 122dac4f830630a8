package org.narrowbert.engine.backend;

import java.util.List;
import java.util.Locale;
import org.narrowbert.ffm.library.KnownLibraries;
import org.narrowbert.ffm.library.KnownLibrary;
import org.narrowbert.ffm.library.NativeLibrary;
import org.narrowbert.ffm.library.Surroundings;

/** Who computes matrix products (general matrix multiply): our own kernels, or a native library that was found. */
public enum Gemm {
    /** Our kernels through the Vector API: the same bits for any number of threads. */
    PANAMA {
        @Override
        public Availability availability() {
            return new Availability.Ready("kernels in Java");
        }
    },

    /** OpenBLAS, MKL or BLIS. */
    BLAS {
        @Override
        public Availability availability() {
            return found(KnownLibraries.blas());
        }
    },

    /** oneDNN 3. */
    ONEDNN {
        @Override
        public Availability availability() {
            return found(KnownLibraries.oneDnn());
        }
    };

    /** Whether it can be used here; looks for the library and loads it. */
    public abstract Availability availability();

    /** The name users choose it by: {@code panama}, {@code blas}, {@code onednn}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Availability found(KnownLibrary known) {
        NativeLibrary library = known.find(Surroundings.ofThisProcess());
        List<String> places =
                library.lookedAt().stream().map(NativeLibrary.Place::toString).toList();
        return switch (library) {
            case NativeLibrary.Found(var name, var file, var version, var lookedAt) ->
                new Availability.Ready(version.map(text -> name + ", " + text).orElse(name) + ", " + file);
            case NativeLibrary.Unfit(var name, var file, var why, var lookedAt) ->
                new Availability.Missing(name + " is found, but " + why + " (" + file + ")", places);
            case NativeLibrary.Missing(var name, var lookedAt) ->
                new Availability.Missing(
                        name + " is not found: ./narrowbert doctor --libraries lists where it was looked for", places);
        };
    }
}
