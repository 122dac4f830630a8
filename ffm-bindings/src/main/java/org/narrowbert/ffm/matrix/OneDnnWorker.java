package org.narrowbert.ffm.matrix;

import static org.narrowbert.ffm.matrix.OneDnnCalls.check;
import static org.narrowbert.ffm.matrix.OneDnnCalls.made;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.narrowbert.ffm.generated.dnnl.Dnnl;
import org.narrowbert.ffm.generated.dnnl.dnnl_exec_arg_t;

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
        run(new Key.Product(shape, operands), a, b, c);
    }

    void toBfloat16(MatrixConversion shape, long from, long to) {
        run(new Key.Conversion(shape), from, to);
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

    private void run(Key key, long... addresses) {
        // The setting is one of the calling thread, which need not be the one of the last call.
        Dnnl.omp_set_num_threads(1);
        primitive(key).run(stream, arguments, addresses);
    }

    private OneDnnPrimitive primitive(Key key) {
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
        check("to let go of a stream", Dnnl.dnnl_stream_destroy(stream));
        arena.close();
    }
}
