package org.narrowbert.ffm.matrix;

import static org.narrowbert.ffm.matrix.OneDnnCalls.check;
import static org.narrowbert.ffm.matrix.OneDnnCalls.made;
import static org.narrowbert.ffm.matrix.OneDnnCalls.matrix;

import java.lang.foreign.MemorySegment;
import org.narrowbert.ffm.generated.dnnl.Dnnl;
import org.narrowbert.ffm.generated.dnnl.dnnl_exec_arg_t;

/**
 * One product of one shape, compiled by oneDNN for this processor, with the three matrices it is told addresses of.
 *
 * @param primitive the compiled product
 * @param a A's memory object
 * @param b B's memory object
 * @param c C's memory object
 */
record OneDnnPrimitive(MemorySegment primitive, MemorySegment a, MemorySegment b, MemorySegment c)
        implements AutoCloseable {
    /** Arguments of a product. */
    static final int ARGUMENTS = 3;

    /** Compiles a product; some milliseconds. */
    static OneDnnPrimitive open(MemorySegment engine, ProductShape shape) {
        int type = Dnnl.dnnl_f32();
        MemorySegment aMatrix = matrix(type, shape.rows(), shape.depth(), shape.aStride(), shape.aTransposed());
        MemorySegment bMatrix = matrix(type, shape.depth(), shape.columns(), shape.bStride(), shape.bTransposed());
        MemorySegment cMatrix = matrix(type, shape.rows(), shape.columns(), shape.cStride(), false);
        MemorySegment attributes = attributes(shape.accumulate(), type);
        try {
            MemorySegment description = made(
                    "a product of " + shape,
                    place -> Dnnl.dnnl_matmul_primitive_desc_create(
                            place, engine, aMatrix, bMatrix, MemorySegment.NULL, cMatrix, attributes));
            try {
                return new OneDnnPrimitive(
                        made("a product's code", place -> Dnnl.dnnl_primitive_create(place, description)),
                        memory(engine, aMatrix),
                        memory(engine, bMatrix),
                        memory(engine, cMatrix));
            } finally {
                check("to let go of a product", Dnnl.dnnl_primitive_desc_destroy(description));
            }
        } finally {
            check("to let go of attributes", Dnnl.dnnl_primitive_attr_destroy(attributes));
            for (MemorySegment description : new MemorySegment[] {aMatrix, bMatrix, cMatrix}) {
                check("to let go of a matrix", Dnnl.dnnl_memory_desc_destroy(description));
            }
        }
    }

    /** Computes the product and waits for it. */
    void run(MemorySegment stream, MemorySegment arguments, long aAddress, long bAddress, long cAddress) {
        set(arguments, 0, Dnnl.DNNL_ARG_SRC(), a, aAddress);
        set(arguments, 1, Dnnl.DNNL_ARG_WEIGHTS(), b, bAddress);
        set(arguments, 2, Dnnl.DNNL_ARG_DST(), c, cAddress);
        check("to compute a product", Dnnl.dnnl_primitive_execute(primitive, stream, ARGUMENTS, arguments));
        check("to wait for a product", Dnnl.dnnl_stream_wait(stream));
    }

    @Override
    public void close() {
        check("to let go of a product's code", Dnnl.dnnl_primitive_destroy(primitive));
        for (MemorySegment memory : new MemorySegment[] {a, b, c}) {
            check("to let go of a matrix in memory", Dnnl.dnnl_memory_destroy(memory));
        }
    }

    /** What is done with the sums: added to what C holds, or put in its place. */
    private static MemorySegment attributes(boolean accumulate, int type) {
        MemorySegment attributes = made("attributes", Dnnl::dnnl_primitive_attr_create);
        if (accumulate) {
            MemorySegment after = made("what follows a product", Dnnl::dnnl_post_ops_create);
            check("to add a product", Dnnl.dnnl_post_ops_append_sum(after, 1, 0, type));
            check("to add a product", Dnnl.dnnl_primitive_attr_set_post_ops(attributes, after));
            check("to let go of what follows a product", Dnnl.dnnl_post_ops_destroy(after));
        }
        return attributes;
    }

    private static MemorySegment memory(MemorySegment engine, MemorySegment matrix) {
        return made("a matrix in memory", place -> Dnnl.dnnl_memory_create(place, matrix, engine, MemorySegment.NULL));
    }

    private static void set(MemorySegment arguments, int index, int which, MemorySegment memory, long address) {
        check("a matrix's address", Dnnl.dnnl_memory_set_data_handle(memory, MemorySegment.ofAddress(address)));
        MemorySegment argument = dnnl_exec_arg_t.asSlice(arguments, index);
        dnnl_exec_arg_t.arg(argument, which);
        dnnl_exec_arg_t.memory(argument, memory);
    }
}
