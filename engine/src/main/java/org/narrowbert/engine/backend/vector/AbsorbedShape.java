package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.AbsorbedSizes;

/**
 * The numbers of one call of absorbed attention.
 *
 * @param heads number of heads
 * @param headSize columns of a head
 * @param source columns of the tokens' states
 * @param mostRows most narrow rows of a group; 0 if no sequence is absorbed
 * @param scoreRow floats from one row of scores to the next: room for the longest absorbed sequence in whole vectors of any width
 */
record AbsorbedShape(int heads, int headSize, int source, int mostRows, int scoreRow) {
    static AbsorbedShape of(AbsorbedAttention on) {
        int longest = 0;
        int mostRows = 0;
        AbsorbedGroups groups = new AbsorbedGroups(on);
        while (groups.next()) {
            mostRows = Math.max(mostRows, groups.rows());
            for (int sequence : groups.sequences()) {
                longest = Math.max(longest, groups.tokens(sequence));
            }
        }
        return new AbsorbedShape(on.heads(), on.headSize(), on.source().columns(), mostRows, scoreRow(longest));
    }

    /** The most that a group has of anything. */
    static AbsorbedShape of(AbsorbedSizes sizes) {
        return new AbsorbedShape(
                sizes.heads(),
                sizes.hidden() / sizes.heads(),
                sizes.source(),
                Math.min(sizes.narrow(), AbsorbedGroups.ROWS),
                scoreRow(sizes.longest()));
    }

    private static int scoreRow(int longest) {
        return (longest + 15) & -16;
    }

    /** Bytes of [rows, heads, source columns] of a group, in panels. */
    long madeBytes(ProductBatch batch) {
        return batch.panelledBytes(mostRows * heads, source);
    }

    /** Bytes of [rows, heads, tokens] of a group. */
    long scoreBytes() {
        return (long) mostRows * heads * scoreRow * Float.BYTES;
    }

    /** Operations of the forward pass, about: as if all narrow rows were absorbed. */
    long operations(AbsorbedAttention on) {
        long ofRow = 4L * on.query().columns() * source + 4L * heads * scoreRow * source;
        return on.query().rows() * ofRow;
    }
}
