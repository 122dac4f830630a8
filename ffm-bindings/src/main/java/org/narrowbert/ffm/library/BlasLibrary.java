package org.narrowbert.ffm.library;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;
import org.narrowbert.ffm.generated.cblas.Cblas;

/** Which BLAS is loaded: the product is the same call in all, the number of threads and the version are not. */
public enum BlasLibrary {
    OPENBLAS {
        @Override
        String version() {
            return Cblas.openblas_get_config().getString(0).strip();
        }

        @Override
        public void setThreads(int threads) {
            if (Cblas.openblas_get_num_threads() != threads) {
                Cblas.openblas_set_num_threads(threads);
            }
        }
    },
    MKL {
        private static final int TEXT_BYTES = 256;

        @Override
        String version() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment text = arena.allocate(TEXT_BYTES);
                Cblas.MKL_Get_Version_String(text, TEXT_BYTES - 1);
                return text.getString(0).strip();
            }
        }

        @Override
        public void setThreads(int threads) {
            if (Cblas.MKL_Get_Max_Threads() != threads) {
                Cblas.MKL_Set_Num_Threads(threads);
            }
        }
    },
    BLIS {
        @Override
        String version() {
            return "BLIS " + Cblas.bli_info_get_version_str().getString(0).strip();
        }

        @Override
        public void setThreads(int threads) {
            if (Cblas.bli_thread_get_num_threads() != threads) {
                Cblas.bli_thread_set_num_threads(threads);
            }
        }
    },

    /** A BLAS of another make, which computes on as many threads as it likes. */
    OTHER {
        @Override
        String version() {
            return "a BLAS that does not say which";
        }

        @Override
        public void setThreads(int threads) {}
    };

    private static final int INTEGER_BITS = 32;

    /** What it says of itself. */
    abstract String version();

    /** Computes on so many threads from now on. */
    public abstract void setThreads(int threads);

    /** The one that is loaded, by the functions that only it has. */
    public static BlasLibrary loaded() {
        if (Symbols.has("openblas_get_config")
                && Symbols.has("openblas_get_num_threads")
                && Symbols.has("openblas_set_num_threads")) {
            return OPENBLAS;
        }
        if (Symbols.has("MKL_Get_Version_String")
                && Symbols.has("MKL_Get_Max_Threads")
                && Symbols.has("MKL_Set_Num_Threads")) {
            return MKL;
        }
        if (Symbols.has("bli_info_get_version_str")
                && Symbols.has("bli_thread_get_num_threads")
                && Symbols.has("bli_thread_set_num_threads")) {
            return BLIS;
        }
        return OTHER;
    }

    /** Whether the BLAS that was just loaded can be used: it has the C interface, with integers of 32 bits. */
    static LibraryVerdict verdict() {
        if (!Symbols.has("cblas_sgemm")) {
            return new LibraryVerdict.Unfit("it has no cblas_sgemm: a BLAS with the C interface is needed");
        }
        BlasLibrary library = loaded();
        String version = library.version();
        boolean wide = version.toUpperCase(Locale.ROOT).contains("USE64BITINT")
                || (library == BLIS
                        && Symbols.has("bli_info_get_blas_int_type_size")
                        && Cblas.bli_info_get_blas_int_type_size() > INTEGER_BITS);
        return wide
                ? new LibraryVerdict.Unfit(version + " takes integers of 64 bits: the usual build, of 32, is needed")
                : new LibraryVerdict.Fit(Optional.of(version));
    }
}
