package org.narrowbert.ffm.matrix;

import static org.narrowbert.ffm.matrix.OneDnnCalls.check;
import static org.narrowbert.ffm.matrix.OneDnnCalls.made;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.narrowbert.ffm.generated.dnnl.Dnnl;
import org.narrowbert.ffm.generated.dnnl.dnnl_exec_arg_t;
import org.narrowbert.ffm.memory.NativeMemory;

/**
 * What one thread at a time computes with: a stream, and what was compiled so far. Compiling takes milliseconds and batches change their numbers of rows, so
 * the {@value #KEPT} shapes used last are kept.
 */
final class OneDnnWorker implements AutoCloseable {
    /** More than the shapes of a training step times the numbers of masked rows that come by often. */
    private static final int KEPT = 1024;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment arguments = dnnl_exec_arg_t.allocateArray(OneDnnPrimitive.ARGUMENTS, arena);
    private final MemorySegment engine;
    private final MemorySegment stream;
    private final SequencedMap<Key, OneDnnPrimitive> compiled = new LinkedHashMap<>(16, 0.75F, true);
    private NativeMemory workspace = NativeMemory.open(0);

    /** What is compiled. */
    private sealed interface Key {
        record Product(ProductShape shape, OperandType operands) implements Key {}

        record Conversion(MatrixConversion shape) implements Key {}
    }

    private OneDnnWorker(MemorySegment engine, MemorySegment stream) {
        this.engine = engine;
        this.stream = stream;
    }

    /**
     * Opens one.
     *
     * @param engine remains the caller's, and is closed after this
     */
    static OneDnnWorker open(MemorySegment engine) {
        return new OneDnnWorker(
                engine, made("a stream", place -> Dnnl.dnnl_stream_create(place, engine, Dnnl.dnnl_stream_in_order())));
    }

    void multiply(ProductShape shape, OperandType operands, long a, long b, long c) {
        OneDnnPrimitive product = primitive(new Key.Product(shape, operands));
        product.run(stream, arguments, a, b, c, workspace(product));
    }

    void toBfloat16(MatrixConversion shape, long from, long to) {
        OneDnnPrimitive conversion = primitive(new Key.Conversion(shape));
        conversion.run(stream, arguments, from, to, workspace(conversion));
    }

    /** Bytes that what was compiled so far has been given to work in. */
    long workspaceBytes() {
        return workspace.segment().byteSize();
    }

    boolean computes(OperandType operands) {
        int size = 16;
        try {
            primitive(new Key.Product(
                    new ProductShape(size, size, size, false, size, false, size, size, false), operands));
            return true;
        } catch (NativeCallException refused) {
            return false;
        }
    }

    private long workspace(OneDnnPrimitive primitive) {
        if (primitive.workspaceBytes() > workspace.segment().byteSize()) {
            NativeMemory larger = NativeMemory.open(primitive.workspaceBytes());
            workspace.close();
            workspace = larger;
        }
        return workspace.address();
    }

    private OneDnnPrimitive primitive(Key key) {
        // What is compiled depends on it, and what runs. It is a setting of the calling thread, which may be another
        // one
        // than that of the last call.
        Dnnl.omp_set_num_threads(1);
        OneDnnPrimitive known = compiled.get(key);
        if (known != null) {
            return known;
        }
        if (compiled.size() == KEPT) {
            compiled.pollFirstEntry().getValue().close();
        }
        OneDnnPrimitive fresh = switch (key) {
            case Key.Product(var shape, var operands) -> OneDnnPrimitive.product(engine, shape, operands);
            case Key.Conversion(var shape) -> OneDnnPrimitive.conversion(engine, shape);
        };
        compiled.put(key, fresh);
        return fresh;
    }

    @Override
    public void close() {
        compiled.values().forEach(OneDnnPrimitive::close);
        compiled.clear();
        workspace.close();
        check("to let go of a stream", Dnnl.dnnl_stream_destroy(stream));
        arena.close();
    }
}
