package org.narrowbert.ffm.library;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The native libraries that NarrowBERT can make use of, and where each is usually found. None is needed. */
public final class KnownLibraries {
    private static final String PYTHON = "lib/python3*/site-packages/nvidia";

    private KnownLibraries() {}

    /** All of them. */
    public static List<KnownLibrary> all() {
        return List.of(blas(), oneDnn(), cudaDriver(), cublas(), mpi());
    }

    /** The CUDA driver; absent where there is no NVIDIA GPU. */
    public static KnownLibrary cudaDriver() {
        return unchecked(
                "CUDA driver",
                List.of("libcuda.so.1"),
                "cuda",
                List.of(),
                List.of("/usr/lib/wsl/lib", "/usr/local/nvidia/lib64", "/usr/local/cuda*/compat"));
    }

    /** cuBLAS 13 or 12, from a CUDA toolkit or from Python packages. */
    public static KnownLibrary cublas() {
        return unchecked(
                "cuBLAS",
                List.of("libcublas.so.13", "libcublas.so.12"),
                "cublas",
                List.of("${CUDA_HOME}/lib64", "${CUDA_HOME}/lib", "${CUDA_PATH}/lib64", "${CUDA_PATH}/lib"),
                List.of(
                        "/usr/local/cuda*/lib64",
                        "${VIRTUAL_ENV}/" + PYTHON + "/cu13/lib",
                        "${VIRTUAL_ENV}/" + PYTHON + "/cublas/lib",
                        "${CONDA_PREFIX}/" + PYTHON + "/cu13/lib",
                        "${CONDA_PREFIX}/" + PYTHON + "/cublas/lib"));
    }

    /**
     * A BLAS with the C interface: OpenBLAS, MKL or BLIS. They are one library here, of which the first found is loaded and no other: all export
     * the same names.
     */
    public static KnownLibrary blas() {
        LibrarySearch search = search(
                "BLAS",
                List.of(
                        "libopenblas.so.0",
                        System.mapLibraryName("openblas"),
                        "libmkl_rt.so.3",
                        "libmkl_rt.so.2",
                        System.mapLibraryName("mkl_rt"),
                        "libblis.so.4",
                        "libblis-mt.so.4",
                        System.mapLibraryName("blis")),
                "blas",
                List.of("${OPENBLAS_HOME}/lib", "${OPENBLAS_HOME}/bin", "${MKLROOT}/lib", "${MKLROOT}/lib/intel64"),
                List.of(
                        "/opt/intel/oneapi/mkl/latest/lib",
                        "/opt/homebrew/opt/openblas/lib",
                        "/usr/local/opt/openblas/lib",
                        "${VIRTUAL_ENV}/lib",
                        "${CONDA_PREFIX}/lib"));
        return new KnownLibrary(search, BlasLibrary::verdict);
    }

    /** oneDNN 3, on OpenMP. */
    public static KnownLibrary oneDnn() {
        LibrarySearch search = search(
                "oneDNN",
                List.of("libdnnl.so.3", System.mapLibraryName("dnnl"), "libdnnl.so.2"),
                "onednn",
                List.of("${DNNLROOT}/lib", "${DNNLROOT}/lib64"),
                List.of(
                        "/opt/intel/oneapi/dnnl/latest/lib",
                        "/opt/homebrew/opt/onednn/lib",
                        "${VIRTUAL_ENV}/lib",
                        "${CONDA_PREFIX}/lib"));
        return new KnownLibrary(search, OneDnnLibrary::verdict);
    }

    /** Open MPI 4 or 5. */
    public static KnownLibrary mpi() {
        return unchecked(
                "Open MPI",
                List.of("libmpi.so.40", System.mapLibraryName("mpi")),
                "mpi",
                List.of("${MPI_HOME}/lib", "${OMPI_HOME}/lib"),
                List.of("/usr/lib/*/openmpi/lib", "/usr/lib64/openmpi/lib", "/opt/openmpi*/lib", "/opt/homebrew/lib"));
    }

    private static KnownLibrary unchecked(
            String name, List<String> fileNames, String key, List<String> firstFolders, List<String> lastFolders) {
        return new KnownLibrary(
                search(name, fileNames, key, firstFolders, lastFolders),
                () -> new LibraryVerdict.Fit(Optional.empty()));
    }

    /** The settings that come before all other places follow one pattern: narrowbert.KEY.path and NARROWBERT_KEY_PATH. */
    private static LibrarySearch search(
            String name, List<String> fileNames, String key, List<String> firstFolders, List<String> lastFolders) {
        String variable = "NARROWBERT_" + key.toUpperCase(Locale.ROOT) + "_PATH";
        return new LibrarySearch(name, fileNames, "narrowbert." + key + ".path", variable, firstFolders, lastFolders);
    }
}
