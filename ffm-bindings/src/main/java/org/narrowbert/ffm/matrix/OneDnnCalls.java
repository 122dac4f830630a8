package org.narrowbert.ffm.matrix;

import static org.narrowbert.ffm.generated.dnnl.Dnnl.C_POINTER;
import static org.narrowbert.ffm.generated.dnnl.Dnnl.dnnl_success;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.narrowbert.ffm.generated.dnnl.Dnnl;

/** What all calls of oneDNN share: a status that is looked at, handles that come back through a pointer, matrices by strides. */
final class OneDnnCalls {
    private OneDnnCalls() {}

    /** Makes one handle: calls with a place for it, and reads the place. */
    interface Creation {
        int create(MemorySegment place);
    }

    /** Refuses every answer but success. */
    static void check(String function, int status) {
        if (status != dnnl_success()) {
            throw new NativeCallException("oneDNN refuses " + function + ": " + described(status));
        }
    }

    /** The handle that a function makes. */
    static MemorySegment made(String function, Creation creation) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(C_POINTER);
            check(function, creation.create(place));
            return place.get(C_POINTER, 0);
        }
    }

    /**
     * The description of a matrix, to be destroyed by the caller.
     *
     * @param type one of oneDNN's data types
     * @param stride elements from one stored row to the next
     * @param transposed whether it is stored as [columns, rows]
     */
    static MemorySegment matrix(int type, int rows, int columns, int stride, boolean transposed) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sizes = arena.allocateFrom(ValueLayout.JAVA_LONG, rows, columns);
            MemorySegment strides = transposed
                    ? arena.allocateFrom(ValueLayout.JAVA_LONG, 1, stride)
                    : arena.allocateFrom(ValueLayout.JAVA_LONG, stride, 1);
            return made("a matrix", place -> Dnnl.dnnl_memory_desc_create_with_strides(place, 2, sizes, type, strides));
        }
    }

    private static String described(int status) {
        if (status == Dnnl.dnnl_out_of_memory()) {
            return "out of memory";
        }
        if (status == Dnnl.dnnl_invalid_arguments()) {
            return "invalid arguments";
        }
        return status == Dnnl.dnnl_unimplemented() ? "not implemented for this processor" : "status " + status;
    }
}
