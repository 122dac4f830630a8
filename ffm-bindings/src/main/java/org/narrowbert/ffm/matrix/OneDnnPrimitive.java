package org.narrowbert.ffm.matrix;

import static org.narrowbert.ffm.matrix.OneDnnCalls.check;
import static org.narrowbert.ffm.matrix.OneDnnCalls.made;
import static org.narrowbert.ffm.matrix.OneDnnCalls.matrix;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.narrowbert.ffm.generated.dnnl.Dnnl;
import org.narrowbert.ffm.generated.dnnl.dnnl_exec_arg_t;

/**
 * One product of one shape, or one conversion, compiled by oneDNN for this processor, with the matrices it is told addresses of. What it works in
 * is the caller's, since the library's own would be that of the thread which compiled it.
 *
 * @param primitive the compiled code
 * @param arguments the matrices
 * @param workspaceBytes size of what it works in; 0 where it needs nothing, and then it is no argument
 */
record OneDnnPrimitive(MemorySegment primitive, List<Argument> arguments, long workspaceBytes)
        implements AutoCloseable {
    /** Arguments of a product and its workspace, which are more than those of a conversion. */
    static final int ARGUMENTS = 4;

    /**
     * A matrix.
     *
     * @param which oneDNN's number of what it is to the code
     * @param memory oneDNN's object, told an address before each use
     */
    record Argument(int which, MemorySegment memory) {}

    OneDnnPrimitive {
        arguments = List.copyOf(arguments);
    }

    /** Compiles a product; some milliseconds. */
    static OneDnnPrimitive product(MemorySegment engine, ProductShape shape, OperandType operands) {
        MemorySegment aMatrix =
                matrix(operands.left(), shape.rows(), shape.depth(), shape.aStride(), shape.aTransposed());
        MemorySegment bMatrix =
                matrix(operands.right(), shape.depth(), shape.columns(), shape.bStride(), shape.bTransposed());
        MemorySegment cMatrix = matrix(operands.result(), shape.rows(), shape.columns(), shape.cStride(), false);
        MemorySegment attributes = attributes(shape.accumulate(), operands.result());
        try {
            MemorySegment description = made(
                    "a product of " + operands + ", " + shape,
                    place -> Dnnl.dnnl_matmul_primitive_desc_create(
                            place, engine, aMatrix, bMatrix, MemorySegment.NULL, cMatrix, attributes));
            return compiled(
                    engine,
                    description,
                    new Operand(Dnnl.DNNL_ARG_SRC(), aMatrix),
                    new Operand(Dnnl.DNNL_ARG_WEIGHTS(), bMatrix),
                    new Operand(Dnnl.DNNL_ARG_DST(), cMatrix));
        } finally {
            check("to let go of attributes", Dnnl.dnnl_primitive_attr_destroy(attributes));
            letGo(aMatrix, bMatrix, cMatrix);
        }
    }

    /** Compiles a conversion; some milliseconds. */
    static OneDnnPrimitive conversion(MemorySegment engine, MatrixConversion shape) {
        MemorySegment from = matrix(Dnnl.dnnl_f32(), shape.rows(), shape.columns(), shape.stride(), false);
        MemorySegment to = matrix(Dnnl.dnnl_bf16(), shape.rows(), shape.columns(), shape.columns(), false);
        MemorySegment attributes = attributes();
        try {
            MemorySegment description = made(
                    "a conversion of " + shape,
                    place -> Dnnl.dnnl_reorder_primitive_desc_create(place, from, engine, to, engine, attributes));
            return compiled(
                    engine, description, new Operand(Dnnl.DNNL_ARG_SRC(), from), new Operand(Dnnl.DNNL_ARG_DST(), to));
        } finally {
            check("to let go of attributes", Dnnl.dnnl_primitive_attr_destroy(attributes));
            letGo(from, to);
        }
    }

    /**
     * Computes and waits for it.
     *
     * @param places room for {@value #ARGUMENTS} arguments
     * @param addresses of the matrices, in the order of the arguments, and last of the workspace where it needs one
     */
    void run(MemorySegment stream, MemorySegment places, long... addresses) {
        for (int index = 0; index < arguments.size(); index++) {
            Argument argument = arguments.get(index);
            check(
                    "a matrix's address",
                    Dnnl.dnnl_memory_set_data_handle(argument.memory(), MemorySegment.ofAddress(addresses[index])));
            MemorySegment place = dnnl_exec_arg_t.asSlice(places, index);
            dnnl_exec_arg_t.arg(place, argument.which());
            dnnl_exec_arg_t.memory(place, argument.memory());
        }
        check("to compute", Dnnl.dnnl_primitive_execute(primitive, stream, arguments.size(), places));
        check("to wait", Dnnl.dnnl_stream_wait(stream));
    }

    @Override
    public void close() {
        check("to let go of code", Dnnl.dnnl_primitive_destroy(primitive));
        for (Argument argument : arguments) {
            check("to let go of a matrix in memory", Dnnl.dnnl_memory_destroy(argument.memory()));
        }
    }

    /** What is known of an argument before there is a place for its address. */
    private record Operand(int which, MemorySegment matrix) {}

    private static OneDnnPrimitive compiled(MemorySegment engine, MemorySegment description, Operand... operands) {
        List<Argument> arguments = new ArrayList<>();
        try {
            for (Operand operand : operands) {
                arguments.add(new Argument(operand.which(), memory(engine, operand.matrix())));
            }
            MemorySegment room = Dnnl.dnnl_primitive_desc_query_md(description, Dnnl.dnnl_query_scratchpad_md(), 0);
            long workspaceBytes = Dnnl.dnnl_memory_desc_get_size(room);
            if (workspaceBytes > 0) {
                arguments.add(new Argument(Dnnl.DNNL_ARG_SCRATCHPAD(), memory(engine, room)));
            }
            MemorySegment code = made("code", place -> Dnnl.dnnl_primitive_create(place, description));
            return new OneDnnPrimitive(code, arguments, workspaceBytes);
        } catch (NativeCallException refused) {
            arguments.forEach(argument -> Dnnl.dnnl_memory_destroy(argument.memory()));
            throw refused;
        } finally {
            check("to let go of a description", Dnnl.dnnl_primitive_desc_destroy(description));
        }
    }

    private static void letGo(MemorySegment... matrices) {
        for (MemorySegment matrix : matrices) {
            check("to let go of a matrix", Dnnl.dnnl_memory_desc_destroy(matrix));
        }
    }

    /** What is done with the sums: added to what C holds, or put in its place. */
    private static MemorySegment attributes(boolean accumulate, int type) {
        MemorySegment attributes = attributes();
        if (accumulate) {
            MemorySegment after = made("what follows a product", Dnnl::dnnl_post_ops_create);
            check("to add a product", Dnnl.dnnl_post_ops_append_sum(after, 1, 0, type));
            check("to add a product", Dnnl.dnnl_primitive_attr_set_post_ops(attributes, after));
            check("to let go of what follows a product", Dnnl.dnnl_post_ops_destroy(after));
        }
        return attributes;
    }

    private static MemorySegment attributes() {
        MemorySegment attributes = made("attributes", Dnnl::dnnl_primitive_attr_create);
        check(
                "a workspace of ours",
                Dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, Dnnl.dnnl_scratchpad_mode_user()));
        return attributes;
    }

    private static MemorySegment memory(MemorySegment engine, MemorySegment matrix) {
        return made("a matrix in memory", place -> Dnnl.dnnl_memory_create(place, matrix, engine, MemorySegment.NULL));
    }
}
