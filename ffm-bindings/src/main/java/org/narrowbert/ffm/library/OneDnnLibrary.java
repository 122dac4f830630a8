package org.narrowbert.ffm.library;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.narrowbert.ffm.generated.dnnl.Dnnl;
import org.narrowbert.ffm.generated.dnnl.dnnl_version_t;

/** Whether the oneDNN that is loaded can be used. Of one that cannot, only {@code dnnl_version} is ever called. */
final class OneDnnLibrary {
    private static final int NEEDED = 3;

    /** The value of {@code cpu_runtime} for OpenMP. */
    private static final int OPENMP = 2;

    /** Those of the bindings that are called at all times: the others fail or lack together with them. */
    private static final List<String> FUNCTIONS = List.of(
            "dnnl_engine_create",
            "dnnl_stream_create",
            "dnnl_memory_desc_create_with_strides",
            "dnnl_memory_desc_get_size",
            "dnnl_memory_create",
            "dnnl_post_ops_append_sum",
            "dnnl_primitive_attr_set_scratchpad_mode",
            "dnnl_matmul_primitive_desc_create",
            "dnnl_reorder_primitive_desc_create",
            "dnnl_primitive_desc_query_md",
            "dnnl_primitive_execute",
            "omp_set_num_threads");

    private OneDnnLibrary() {}

    /** Whether it is version 3 or newer, computes on OpenMP's threads, and has what is called. */
    static LibraryVerdict verdict() {
        if (!Symbols.has("dnnl_version")) {
            return new LibraryVerdict.Unfit("it has no dnnl_version: it is not oneDNN");
        }
        MemorySegment version = Dnnl.dnnl_version();
        int major = dnnl_version_t.major(version);
        String number = major + "." + dnnl_version_t.minor(version) + "." + dnnl_version_t.patch(version);
        if (major < NEEDED) {
            return new LibraryVerdict.Unfit(number + " is too old: " + NEEDED + " or newer is needed");
        }
        if (dnnl_version_t.cpu_runtime(version) != OPENMP) {
            return new LibraryVerdict.Unfit(number + " was not built for OpenMP's threads: a build that was is needed");
        }
        List<String> missing = Symbols.missing(FUNCTIONS);
        return missing.isEmpty()
                ? new LibraryVerdict.Fit(Optional.of(number))
                : new LibraryVerdict.Unfit(number + " has no " + String.join(", ", missing));
    }
}
