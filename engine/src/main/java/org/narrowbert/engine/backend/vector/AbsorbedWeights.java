package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Matrix;

/**
 * The weights of absorbed attention as its products have them on their right, head by head: kept where they were announced, otherwise packed in each
 * call.
 */
final class AbsorbedWeights {
    /** In place of an address: the weight is read where it lies. */
    static final long IN_PLACE = 0;

    private final ProductBatch batch;
    private final List<PackedPanels> absorbing = new ArrayList<>();
    private final List<PackedPanels> releasing = new ArrayList<>();

    AbsorbedWeights(ProductBatch batch) {
        this.batch = batch;
    }

    /** As {@link org.narrowbert.engine.backend.Backend#keepPacked}. */
    PackedWeights keepPacked(List<Matrix> weights) {
        PackedPanels toAbsorb = new PackedPanels(weights, absorbing::remove);
        PackedPanels toRelease = new PackedPanels(weights, releasing::remove);
        absorbing.add(toAbsorb);
        releasing.add(toRelease);
        return PackedWeights.together(toAbsorb, toRelease);
    }

    /** Bytes of a weight packed for {@link #toAbsorb}. */
    static long absorbingBytes(ProductBatch batch, AbsorbedShape shape) {
        return shape.heads() * batch.panels().bytes(shape.headSize(), shape.source());
    }

    /** Bytes of a weight packed for {@link #toRelease}. */
    static long releasingBytes(ProductBatch batch, AbsorbedShape shape) {
        return shape.heads() * batch.panels().bytes(shape.source(), shape.headSize());
    }

    /**
     * Each head's rows of a weight as they lie. A kept copy is read faster than they are in place, where a panel's rows lie far from each other. Adds
     * what is missing to what {@link PanelPacking#run} packs.
     *
     * @param scratch address of {@link #absorbingBytes} bytes
     * @return where they are, or {@link #IN_PLACE}
     */
    long toAbsorb(Matrix weight, AbsorbedShape shape, long scratch) {
        Place place = find(absorbing, weight, absorbingBytes(batch, shape), scratch);
        if (!place.isKept && batch.isInPlace(shape.mostRows(), shape.source())) {
            return IN_PLACE;
        }
        if (!place.isMade) {
            pack(weight, shape, false, shape.headSize(), shape.source(), place);
        }
        return place.address;
    }

    /**
     * Each head's rows of a weight, transposed; adds what is missing to what {@link PanelPacking#run} packs.
     *
     * @param scratch address of {@link #releasingBytes} bytes
     * @return where they are
     */
    long toRelease(Matrix weight, AbsorbedShape shape, long scratch) {
        Place place = find(releasing, weight, releasingBytes(batch, shape), scratch);
        if (!place.isMade) {
            pack(weight, shape, true, shape.source(), shape.headSize(), place);
        }
        return place.address;
    }

    private record Place(long address, boolean isKept, boolean isMade, Runnable setMade) {}

    private static Place find(List<PackedPanels> kept, Matrix weight, long bytes, long scratch) {
        for (PackedPanels panels : kept) {
            int place = panels.find(weight);
            if (place >= 0) {
                long address = panels.address(place, bytes / Float.BYTES);
                return new Place(address, true, panels.isMade(place), () -> panels.setMade(place));
            }
        }
        return new Place(scratch, false, false, () -> {});
    }

    private void pack(Matrix weight, AbsorbedShape shape, boolean transposed, int depth, int columns, Place target) {
        long bytes = batch.panels().bytes(depth, columns);
        for (int head = 0; head < shape.heads(); head++) {
            long from = row(weight.address(), head * shape.headSize(), weight.stride());
            batch.panels().add(from, weight.stride(), transposed, depth, columns, target.address + head * bytes);
        }
        target.setMade.run();
    }
}
