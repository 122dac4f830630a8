package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.tensor.Matrix;

/**
 * The products of one call of absorbed attention, for the group of narrow rows under way. All heads read the same states, so that the rows of all
 * heads of a sequence are the rows of one product. What is made of a group's rows lies as [row, head, source columns], scores as [row, head,
 * tokens].
 */
final class AbsorbedProducts {
    private final ProductBatch batch;
    private final AbsorbedAttention on;
    private final AbsorbedShape shape;
    private final AbsorbedGroups group;
    private final long sourcePanels;

    /**
     * Products of a call.
     *
     * @param sourcePanels address of {@link AbsorbedShape#packedSources} bytes
     */
    AbsorbedProducts(
            ProductBatch batch, AbsorbedAttention on, AbsorbedShape shape, AbsorbedGroups group, long sourcePanels) {
        this.batch = batch;
        this.on = on;
        this.shape = shape;
        this.group = group;
        this.sourcePanels = sourcePanels;
    }

    /** Bytes of a weight packed for {@link #absorb}. */
    static long absorbingBytes(ProductBatch batch, AbsorbedShape shape) {
        return shape.heads() * batch.panels().bytes(shape.headSize(), shape.source());
    }

    /** Bytes of a weight packed for {@link #release}. */
    static long releasingBytes(ProductBatch batch, AbsorbedShape shape) {
        return shape.heads() * batch.panels().bytes(shape.source(), shape.headSize());
    }

    /** Packs each head's rows of a weight for {@link #absorb}, unless they are read where they lie. */
    void packToAbsorb(Matrix weight, long panels) {
        if (readsWeightInPlace()) {
            return;
        }
        long bytes = batch.panels().bytes(shape.headSize(), shape.source());
        for (int head = 0; head < shape.heads(); head++) {
            long from = row(weight.address(), head * shape.headSize(), weight.stride());
            batch.panels().add(from, weight.stride(), false, shape.headSize(), shape.source(), panels + head * bytes);
        }
    }

    /** Packs each head's rows of a weight for {@link #release}. */
    void packToRelease(Matrix weight, long panels) {
        long bytes = batch.panels().bytes(shape.source(), shape.headSize());
        for (int head = 0; head < shape.heads(); head++) {
            long from = row(weight.address(), head * shape.headSize(), weight.stride());
            batch.panels().add(from, weight.stride(), true, shape.source(), shape.headSize(), panels + head * bytes);
        }
    }

    /** Packs the states of the group's sequences, transposed and as they lie. */
    void packSources() {
        Matrix source = on.source();
        long at = sourcePanels;
        for (int sequence : group.sequences()) {
            int tokens = group.tokens(sequence);
            long from = row(source.address(), on.sourceRows().start(sequence), source.stride());
            batch.panels().add(from, source.stride(), true, shape.source(), tokens, at);
            at += batch.panels().bytes(shape.source(), tokens);
            if (!readsSourceInPlace(sequence)) {
                batch.panels().add(from, source.stride(), false, tokens, shape.source(), at);
            }
            at += batch.panels().bytes(tokens, shape.source());
        }
    }

    private boolean readsWeightInPlace() {
        return batch.isInPlace(shape.mostRows(), shape.source());
    }

    private boolean readsSourceInPlace(int sequence) {
        return batch.isInPlace(group.rows(sequence) * shape.heads(), shape.source());
    }

    /**
     * made[row, head] = the row's columns of the head times the head's rows of a weight.
     *
     * @param panels where the weight was packed to, if it was
     */
    void absorb(Matrix rows, Matrix weight, long panels, long made) {
        long from = row(rows.address(), group.firstRow(), rows.stride());
        long bytes = batch.panels().bytes(shape.headSize(), shape.source());
        boolean inPlace = readsWeightInPlace();
        for (int head = 0; head < shape.heads(); head++) {
            batch.add(
                    from + (long) head * shape.headSize() * Float.BYTES,
                    rows.stride(),
                    false,
                    group.rows(),
                    shape.headSize(),
                    inPlace ? row(weight.address(), head * shape.headSize(), weight.stride()) : panels + head * bytes,
                    shape.source(),
                    made + (long) head * shape.source() * Float.BYTES,
                    shape.heads() * shape.source(),
                    false);
            if (inPlace) {
                batch.inPlace(weight.stride());
            }
        }
    }

    /** The target's columns of each head (+)= made[row, head] times the head's rows of a weight, transposed. */
    void release(long made, long panels, Matrix target, boolean accumulate) {
        long into = row(target.address(), group.firstRow(), target.stride());
        long bytes = batch.panels().bytes(shape.source(), shape.headSize());
        for (int head = 0; head < shape.heads(); head++) {
            batch.add(
                    made + (long) head * shape.source() * Float.BYTES,
                    shape.heads() * shape.source(),
                    false,
                    group.rows(),
                    shape.source(),
                    panels + head * bytes,
                    shape.headSize(),
                    into + (long) head * shape.headSize() * Float.BYTES,
                    target.stride(),
                    accumulate);
        }
    }

    /** scores[row, head, token] = made[row, head] times the token's state. */
    void againstSources(long made, long scores) {
        long panels = sourcePanels;
        for (int sequence : group.sequences()) {
            int tokens = group.tokens(sequence);
            batch.add(
                    madeAt(made, sequence),
                    shape.source(),
                    false,
                    group.rows(sequence) * shape.heads(),
                    shape.source(),
                    panels,
                    tokens,
                    scoresAt(scores, sequence),
                    shape.scoreRow(),
                    false);
            panels += AbsorbedShape.packedBytes(batch.panels(), tokens, shape.source());
        }
    }

    /** made[row, head] = the sum over tokens of scores[row, head, token] times the token's state. */
    void overSources(long scores, long made) {
        Matrix source = on.source();
        long panels = sourcePanels;
        for (int sequence : group.sequences()) {
            int tokens = group.tokens(sequence);
            boolean inPlace = readsSourceInPlace(sequence);
            batch.add(
                    scoresAt(scores, sequence),
                    shape.scoreRow(),
                    false,
                    group.rows(sequence) * shape.heads(),
                    tokens,
                    inPlace
                            ? row(source.address(), on.sourceRows().start(sequence), source.stride())
                            : panels + batch.panels().bytes(shape.source(), tokens),
                    shape.source(),
                    madeAt(made, sequence),
                    shape.source(),
                    false);
            if (inPlace) {
                batch.inPlace(source.stride());
            }
            panels += AbsorbedShape.packedBytes(batch.panels(), tokens, shape.source());
        }
    }

    /** The place of a sequence's first row of the group in [row, head, source columns]. */
    long madeAt(long made, int sequence) {
        return made + (long) group.start(sequence) * shape.heads() * shape.source() * Float.BYTES;
    }

    /** The place of a sequence's first row of the group in [row, head, tokens]. */
    long scoresAt(long scores, int sequence) {
        return scores + (long) group.start(sequence) * shape.heads() * shape.scoreRow() * Float.BYTES;
    }
}
