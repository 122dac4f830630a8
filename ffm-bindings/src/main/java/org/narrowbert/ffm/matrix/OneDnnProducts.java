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
    private final SequencedMap<ProductShape, OneDnnPrimitive> compiled = new LinkedHashMap<>(16, 0.75F, true);

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
        // The setting is one of the calling thread, which need not be the one of the last call; a product is compiled
        // for its threads.
        Dnnl.omp_set_num_threads(threads);
        primitive(shape).run(stream, arguments, a, b, c);
    }

    private OneDnnPrimitive primitive(ProductShape shape) {
        OneDnnPrimitive known = compiled.get(shape);
        if (known != null) {
            return known;
        }
        if (compiled.size() == KEPT) {
            compiled.pollFirstEntry().getValue().close();
        }
        OneDnnPrimitive fresh = OneDnnPrimitive.open(engine, shape);
        compiled.put(shape, fresh);
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
