package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.StatesVersion;
import org.narrowbert.engine.tensor.Matrix;

/**
 * The states that absorbed attention reads, as its products have them on their right: transposed, and as they lie. All narrow layers read the same
 * states, forward and backward, so that a sequence is packed once for all calls of one version.
 */
final class PackedStates implements AutoCloseable {
    private final ProductBatch batch;
    private final Scratch memory = new Scratch();
    private StatesVersion version = StatesVersion.unknown();
    private Packed[] sequences = {};

    /** Where a sequence lies, counted from the beginning of the memory. */
    private static final class Packed {
        private long transposed;
        private long straight;
        private boolean hasTransposed;
        private boolean hasStraight;
    }

    PackedStates(ProductBatch batch) {
        this.batch = batch;
    }

    /** Makes room for so many bytes. */
    void reserve(long bytes) {
        if (bytes > memory.bytes()) {
            memory.reserve(bytes);
            version = StatesVersion.unknown();
        }
    }

    /** Bytes of a sequence in both forms. */
    static long bytes(PanelPacking panels, int tokens, int source) {
        return panels.bytes(source, tokens) + panels.bytes(tokens, source);
    }

    /** Off-heap bytes kept from call to call. */
    long bytes() {
        return memory.bytes();
    }

    /** Turns to the states of a call, and forgets what was packed of others. */
    void begin(AbsorbedAttention on) {
        if (version.equals(on.sourceVersion())) {
            return;
        }
        sequences = new Packed[on.sourceRows().sequences()];
        int columns = on.source().columns();
        long end = 0;
        for (int sequence = 0; sequence < sequences.length; sequence++) {
            Packed packed = new Packed();
            packed.transposed = end;
            packed.straight = end + batch.panels().bytes(columns, tokens(on, sequence));
            end += on.absorbs(sequence) ? bytes(batch.panels(), tokens(on, sequence), columns) : 0;
            sequences[sequence] = packed;
        }
        reserve(end);
        version = on.sourceVersion();
    }

    /** Adds what is missing of a sequence to what {@link PanelPacking#run} packs. */
    void pack(AbsorbedAttention on, int sequence, boolean straightToo) {
        Packed packed = sequences[sequence];
        Matrix source = on.source();
        long from = row(source.address(), on.sourceRows().start(sequence), source.stride());
        int tokens = tokens(on, sequence);
        if (!packed.hasTransposed) {
            batch.panels().add(from, source.stride(), true, source.columns(), tokens, transposed(sequence));
            packed.hasTransposed = true;
        }
        if (straightToo && !packed.hasStraight) {
            batch.panels().add(from, source.stride(), false, tokens, source.columns(), straight(sequence));
            packed.hasStraight = true;
        }
    }

    /** The address of a sequence's states, each a column. */
    long transposed(int sequence) {
        return memory.reserve(0) + sequences[sequence].transposed;
    }

    /** The address of a sequence's states, each a row. */
    long straight(int sequence) {
        return memory.reserve(0) + sequences[sequence].straight;
    }

    private static int tokens(AbsorbedAttention on, int sequence) {
        return on.sourceRows().end(sequence) - on.sourceRows().start(sequence);
    }

    @Override
    public void close() {
        memory.close();
    }
}
