package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.AbsorbedSizes;
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

    /** Where a sequence lies, counted from the beginning of the memory, and in which forms it is wanted. */
    private static final class Packed {
        private int tokens;
        private boolean isTransposedWanted;
        private boolean isStraightWanted;
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

    /** Bytes of a sequence. */
    static long bytes(ProductBatch batch, int tokens, int source, boolean straightToo) {
        return batch.panels().bytes(source, tokens)
                + (straightToo ? batch.panels().bytes(tokens, source) : 0);
    }

    /**
     * Bytes that suffice for any batch within some sizes. A sequence is packed if it has a narrow row, and as it lies too if it has so many that it
     * is not read in place; that many narrow rows there must be for each.
     */
    static long mostBytes(ProductBatch batch, AbsorbedSizes sizes) {
        int read = Math.min(sizes.sequences(), sizes.narrow());
        long panels = Math.min(
                (long) read * Math.ceilDiv(sizes.longest(), batch.width()),
                (sizes.tokens() + read * (batch.width() - 1L)) / batch.width());
        int least = 1;
        while (batch.isInPlace(least * sizes.heads(), sizes.source())) {
            least++;
        }
        long straight = Math.min(sizes.tokens(), sizes.narrow() / least * (long) sizes.longest());
        return panels * batch.panels().bytes(sizes.source(), batch.width())
                + straight * batch.panels().bytes(1, sizes.source());
    }

    /** Off-heap bytes kept from call to call. */
    long bytes() {
        return memory.bytes();
    }

    /** Turns to the states of a call, and forgets what was packed of others. */
    void begin(AbsorbedAttention on) {
        if (version.equals(on.sourceVersion()) && isLaidOutFor(on)) {
            return;
        }
        version = StatesVersion.unknown();
        sequences = new Packed[on.sourceRows().sequences()];
        int columns = on.source().columns();
        long end = 0;
        for (int sequence = 0; sequence < sequences.length; sequence++) {
            Packed packed = new Packed();
            sequences[sequence] = packed;
            packed.tokens = tokens(on, sequence);
            packed.isTransposedWanted = isRead(on, sequence);
            packed.isStraightWanted = isReadStraight(on, sequence);
            packed.transposed = end;
            packed.straight = end + batch.panels().bytes(columns, packed.tokens);
            if (packed.isTransposedWanted) {
                end += bytes(batch, packed.tokens, columns, packed.isStraightWanted);
            }
        }
        reserve(end);
        version = on.sourceVersion();
    }

    private boolean isLaidOutFor(AbsorbedAttention on) {
        boolean isSame = sequences.length == on.sourceRows().sequences();
        for (int sequence = 0; isSame && sequence < sequences.length; sequence++) {
            Packed packed = sequences[sequence];
            isSame = packed.tokens == tokens(on, sequence)
                    && packed.isTransposedWanted == isRead(on, sequence)
                    && packed.isStraightWanted == isReadStraight(on, sequence);
        }
        return isSame;
    }

    private static boolean isRead(AbsorbedAttention on, int sequence) {
        return on.absorbs(sequence) && queries(on, sequence) > 0;
    }

    private boolean isReadStraight(AbsorbedAttention on, int sequence) {
        int rows = queries(on, sequence) * on.heads();
        return isRead(on, sequence) && !batch.isInPlace(rows, on.source().columns());
    }

    private static int queries(AbsorbedAttention on, int sequence) {
        return on.queryRows().end(sequence) - on.queryRows().start(sequence);
    }

    /** Adds what is missing of a sequence to what {@link PanelPacking#run} packs. */
    void pack(AbsorbedAttention on, int sequence) {
        Packed packed = sequences[sequence];
        Matrix source = on.source();
        long from = row(source.address(), on.sourceRows().start(sequence), source.stride());
        int tokens = tokens(on, sequence);
        if (!packed.hasTransposed) {
            batch.panels().add(from, source.stride(), true, source.columns(), tokens, transposed(sequence));
            packed.hasTransposed = true;
        }
        if (packed.isStraightWanted && !packed.hasStraight) {
            batch.panels().add(from, source.stride(), false, tokens, source.columns(), straight(sequence));
            packed.hasStraight = true;
        }
    }

    /** The address of a sequence's states, each a column. */
    long transposed(int sequence) {
        return memory.address() + sequences[sequence].transposed;
    }

    /** The address of a sequence's states, each a row. */
    long straight(int sequence) {
        return memory.address() + sequences[sequence].straight;
    }

    private static int tokens(AbsorbedAttention on, int sequence) {
        return on.sourceRows().end(sequence) - on.sourceRows().start(sequence);
    }

    @Override
    public void close() {
        memory.close();
    }
}
