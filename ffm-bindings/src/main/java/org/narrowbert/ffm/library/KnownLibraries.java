package org.narrowbert.ffm.library;

import java.util.List;
import java.util.Locale;

/** The native libraries that NarrowBERT can make use of, and where each is usually found. None is needed. */
public final class KnownLibraries {
    private static final String PYTHON = "lib/python3*/site-packages/nvidia";

    private KnownLibraries() {}

    /** All of them. */
    public static List<LibrarySearch> all() {
        return List.of(cudaDriver(), cublas(), openBlas(), mpi());
    }

    /** The CUDA driver; absent where there is no NVIDIA GPU. */
    public static LibrarySearch cudaDriver() {
        return search(
                "CUDA driver",
                List.of("libcuda.so.1"),
                "cuda",
                List.of(),
                List.of("/usr/lib/wsl/lib", "/usr/local/nvidia/lib64", "/usr/local/cuda*/compat"));
    }

    /** cuBLAS 13 or 12, from a CUDA toolkit or from Python packages. */
    public static LibrarySearch cublas() {
        return search(
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

    /** OpenBLAS. */
    public static LibrarySearch openBlas() {
        return search(
                "OpenBLAS",
                List.of("libopenblas.so.0", System.mapLibraryName("openblas")),
                "blas",
                List.of("${OPENBLAS_HOME}/lib", "${OPENBLAS_HOME}/bin"),
                List.of("/opt/homebrew/opt/openblas/lib", "/usr/local/opt/openblas/lib", "${CONDA_PREFIX}/lib"));
    }

    /** Open MPI 4 or 5. */
    public static LibrarySearch mpi() {
        return search(
                "Open MPI",
                List.of("libmpi.so.40", System.mapLibraryName("mpi")),
                "mpi",
                List.of("${MPI_HOME}/lib", "${OMPI_HOME}/lib"),
                List.of("/usr/lib/*/openmpi/lib", "/usr/lib64/openmpi/lib", "/opt/openmpi*/lib", "/opt/homebrew/lib"));
    }

    /** The settings that come before all other places follow one pattern: narrowbert.KEY.path and NARROWBERT_KEY_PATH. */
    private static LibrarySearch search(
            String name, List<String> fileNames, String key, List<String> firstFolders, List<String> lastFolders) {
        String variable = "NARROWBERT_" + key.toUpperCase(Locale.ROOT) + "_PATH";
        return new LibrarySearch(name, fileNames, "narrowbert." + key + ".path", variable, firstFolders, lastFolders);
    }
}
