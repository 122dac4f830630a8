package org.narrowbert.engine.backend;

import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;

/** A running backend: its kernels, and the threads and workspace they use. */
public interface Backend extends AutoCloseable {
    /** The provider's name. */
    String name();

    /** What its matrices hold. */
    ElementType elementType();

    Kernels kernels();

    /**
     * Computes from now on with what is fastest in the end, whether it has been compiled or not: a process that answers once is better off without. Results
     * are the same bits.
     */
    default void skipWarmUp() {}

    /** Makes room for what kernels keep for themselves, so that none of them has to make it later for operands no wider than these. */
    default void reserve(KernelWidths widths) {}

    /**
     * Announces weights of linear layers, those of narrow attention's keys and values among them, each [out, in], that will not change until the
     * result is closed. Products with them are then faster, at the price of memory for copies of them; results are the same bits.
     */
    default PackedWeights keepPacked(List<Matrix> weights) {
        return PackedWeights.NONE;
    }

    /** Off-heap bytes the kernels keep for themselves (packed panels, partial sums) while the backend is open. */
    long workspaceBytes();

    /** What the machine can do at most, measured now in about a second on this backend's threads; empty where that is not known. */
    default Optional<MachinePeak> measurePeak() {
        return Optional.empty();
    }

    /** Memory its kernels can reach; the caller closes it. */
    default Buffer allocate(long elements) {
        return Buffer.open(elementType(), elements);
    }

    @Override
    void close();
}
