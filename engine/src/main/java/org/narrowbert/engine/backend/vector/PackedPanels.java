package org.narrowbert.engine.backend.vector;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;

/** The panels of weights that do not change: each weight's are made when it is multiplied for the first time. Owns their memory. */
final class PackedPanels implements PackedWeights {
    private final Matrix[] weights;
    private final @Nullable Buffer[] panels;
    private final boolean[] made;
    private final Consumer<PackedPanels> whenClosed;

    /**
     * Panels of some weights, none made yet.
     *
     * @param weights each [out, in]
     * @param whenClosed is told first when this is closed
     */
    PackedPanels(List<Matrix> weights, Consumer<PackedPanels> whenClosed) {
        this.weights = weights.toArray(Matrix[]::new);
        panels = new Buffer[weights.size()];
        made = new boolean[weights.size()];
        this.whenClosed = whenClosed;
    }

    /** The place of a weight, or a negative number where it is none of these: part of a weight is another matrix. */
    int find(Matrix weight) {
        for (int place = 0; place < weights.length; place++) {
            Matrix candidate = weights[place];
            if (candidate.address() == weight.address()
                    && candidate.rows() == weight.rows()
                    && candidate.columns() == weight.columns()
                    && candidate.stride() == weight.stride()) {
                return place;
            }
        }
        return -1;
    }

    /** Whether the panels of the weight at a place have been made. */
    boolean isMade(int place) {
        return made[place];
    }

    /** Tells that they have: what fails before is made again. */
    void setMade(int place) {
        made[place] = true;
    }

    /**
     * The address of the panels of the weight at a place.
     *
     * @param floats size of the memory that they are given at first
     */
    long address(int place, long floats) {
        Buffer room = panels[place];
        if (room == null) {
            room = Buffer.open(ElementType.FLOAT32, floats);
            panels[place] = room;
        }
        return room.address();
    }

    @Override
    public long bytes() {
        long bytes = 0;
        for (Buffer room : panels) {
            bytes += room == null ? 0 : room.bytes();
        }
        return bytes;
    }

    @Override
    public void close() {
        whenClosed.accept(this);
        for (int place = 0; place < panels.length; place++) {
            Buffer room = panels[place];
            if (room != null) {
                room.close();
                panels[place] = null;
                made[place] = false;
            }
        }
    }
}
