package org.narrowbert.ffm.matrix;

import static org.narrowbert.ffm.matrix.OneDnnCalls.check;
import static org.narrowbert.ffm.matrix.OneDnnCalls.made;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.narrowbert.ffm.generated.dnnl.Dnnl;

/**
 * Products by oneDNN, each on the thread that calls: whoever has several threads divides the work among them, and each comes with a number of its own,
 * since what is compiled is told addresses before it runs. (oneDNN's own threads would wait for work on the processors that the caller's compute on.) The
 * library must have been found and must fit: nothing here looks for it.
 */
public final class OneDnnProducts implements AutoCloseable {
    private final MemorySegment engine;
    private final List<OneDnnWorker> workers;

    private OneDnnProducts(MemorySegment engine, List<OneDnnWorker> workers) {
        this.engine = engine;
        this.workers = workers;
    }

    /**
     * Products by the oneDNN that was found.
     *
     * @param workers how many threads may call at once
     */
    public static OneDnnProducts open(int workers) {
        MemorySegment engine = made("an engine", place -> Dnnl.dnnl_engine_create(place, Dnnl.dnnl_cpu(), 0));
        List<OneDnnWorker> opened = new ArrayList<>();
        OneDnnProducts products = new OneDnnProducts(engine, opened);
        try {
            while (opened.size() < workers) {
                opened.add(OneDnnWorker.open(engine));
            }
            return products;
        } catch (RuntimeException refused) {
            products.close();
            throw refused;
        }
    }

    /**
     * Computes one product. Nothing checks the addresses: the caller has checked the extents.
     *
     * @param worker which of the threads calls, from 0
     * @param a absolute address of A's first element
     * @param b absolute address of B's first element
     * @param c absolute address of C's first element
     * @throws NativeCallException when the library refuses
     */
    public void multiply(int worker, ProductShape shape, long a, long b, long c) {
        if (VectorProducts.computes(shape)) {
            VectorProducts.multiply(shape, a, b, c);
        } else {
            multiply(worker, shape, OperandType.FLOAT32, a, b, c);
        }
    }

    /** The same with operands of another type, of which none is of one row or column that lies apart. */
    void multiply(int worker, ProductShape shape, OperandType operands, long a, long b, long c) {
        workers.get(worker).multiply(shape, operands, a, b, c);
    }

    /** Bytes that the library has been given to work in. */
    public long workspaceBytes() {
        return workers.stream().mapToLong(OneDnnWorker::workspaceBytes).sum();
    }

    /** Whether the library has products of these operands for this processor. */
    boolean computes(OperandType operands) {
        return workers.getFirst().computes(operands);
    }

    /**
     * Writes a matrix of float32 once more as bfloat16, rounded to nearest.
     *
     * @param from absolute address of the float32
     * @param to absolute address of rows * columns bfloat16
     */
    void toBfloat16(int worker, MatrixConversion shape, long from, long to) {
        workers.get(worker).toBfloat16(shape, from, to);
    }

    @Override
    public void close() {
        workers.forEach(OneDnnWorker::close);
        check("to let go of an engine", Dnnl.dnnl_engine_destroy(engine));
    }
}
