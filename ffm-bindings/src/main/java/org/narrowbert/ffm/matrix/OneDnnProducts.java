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
 * Products by oneDNN: an engine, a stream, and the products compiled so far. Compiling takes milliseconds and batches change their numbers of
 * rows, so the {@value #KEPT} shapes used last are kept.
 */
public final class OneDnnProducts implements NativeProducts {
    /** More than the shapes of a training step times the numbers of masked rows that come by often. */
    private static final int KEPT = 1024;

    private final int threads;
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

    private OneDnnProducts(int threads, MemorySegment engine, MemorySegment stream) {
        this.threads = threads;
        this.engine = engine;
        this.stream = stream;
    }

    /**
     * Products by the oneDNN that was found.
     *
     * @param threads number of threads that compute
     */
    public static OneDnnProducts open(int threads) {
        MemorySegment engine = made("an engine", place -> Dnnl.dnnl_engine_create(place, Dnnl.dnnl_cpu(), 0));
        MemorySegment stream =
                made("a stream", place -> Dnnl.dnnl_stream_create(place, engine, Dnnl.dnnl_stream_in_order()));
        return new OneDnnProducts(threads, engine, stream);
    }

    @Override
    public void multiply(ProductShape shape, long a, long b, long c) {
        if (VectorProducts.computes(shape)) {
            VectorProducts.multiply(shape, a, b, c);
        } else {
            multiply(shape, OperandType.FLOAT32, a, b, c);
        }
    }

    /** The same with operands of another type, of which none is of one row or column that lies apart. */
    void multiply(ProductShape shape, OperandType operands, long a, long b, long c) {
        run(new Key.Product(shape, operands), a, b, c);
    }

    /** Whether the library has products of these operands for this processor. */
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

    /**
     * Writes a matrix of float32 once more as bfloat16, rounded to nearest.
     *
     * @param from absolute address of the float32
     * @param to absolute address of rows * columns bfloat16
     */
    void toBfloat16(MatrixConversion shape, long from, long to) {
        run(new Key.Conversion(shape), from, to);
    }

    private void run(Key key, long... addresses) {
        // The setting is one of the calling thread, which need not be the one of the last call; code is compiled for
        // its threads.
        Dnnl.omp_set_num_threads(threads);
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
        check("to let go of an engine", Dnnl.dnnl_engine_destroy(engine));
        arena.close();
    }
}
