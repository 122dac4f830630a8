package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.tensor.Matrix;

/**
 * The products of one call of absorbed attention, for the group of narrow rows under way. All heads read the same states, so that the rows of all
 * heads of a sequence are the rows of one product. What is made of a group's rows, [row, head, source columns], lies in panels, so that it can be on the
 * left of one product and on the right of another without a copy; scores lie as [row, head, tokens].
 */
final class AbsorbedProducts {
    private final ProductBatch batch;
    private final AbsorbedAttention on;
    private final AbsorbedShape shape;
    private final AbsorbedGroups group;
    private final PackedStates states;

    AbsorbedProducts(
            ProductBatch batch, AbsorbedAttention on, AbsorbedShape shape, AbsorbedGroups group, PackedStates states) {
        this.batch = batch;
        this.on = on;
        this.shape = shape;
        this.group = group;
        this.states = states;
    }

    /** Packs the states of the group's sequences, as far as they are not. */
    void packSources() {
        for (int sequence : group.sequences()) {
            states.pack(on, sequence);
        }
    }

    private boolean readsSourceInPlace(int sequence) {
        return batch.isInPlace(group.rows(sequence) * shape.heads(), shape.source());
    }

    /**
     * made[row, head] = the row's columns of the head times the head's rows of a weight.
     *
     * @param panels where the weight was packed to, as {@link AbsorbedWeights#toAbsorb} says
     */
    void absorb(Matrix rows, Matrix weight, long panels, long made) {
        long from = row(rows.address(), group.firstRow(), rows.stride());
        long bytes = batch.panels().bytes(shape.headSize(), shape.source());
        boolean inPlace = panels == AbsorbedWeights.IN_PLACE;
        for (int head = 0; head < shape.heads(); head++) {
            batch.add(
                    from + (long) head * shape.headSize() * Float.BYTES,
                    rows.stride(),
                    false,
                    group.rows(),
                    shape.headSize(),
                    inPlace ? row(weight.address(), head * shape.headSize(), weight.stride()) : panels + head * bytes,
                    shape.source(),
                    headOf(made, head),
                    rowFloats(),
                    false);
            batch.targetInPanels(panelFloats());
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
                    headOf(made, head),
                    rowFloats(),
                    false,
                    group.rows(),
                    shape.source(),
                    panels + head * bytes,
                    shape.headSize(),
                    into + (long) head * shape.headSize() * Float.BYTES,
                    target.stride(),
                    accumulate);
            batch.leftInPanels(panelFloats());
        }
    }

    /** scores[row, head, token] = made[row, head] times the token's state. */
    void againstSources(long made, long scores) {
        for (int sequence : group.sequences()) {
            batch.add(
                    madeAt(made, sequence),
                    batch.width(),
                    false,
                    group.rows(sequence) * shape.heads(),
                    shape.source(),
                    states.transposed(sequence),
                    group.tokens(sequence),
                    scoresAt(scores, sequence),
                    shape.scoreRow(),
                    false);
            batch.leftInPanels(panelFloats());
        }
    }

    /** made[row, head] = the sum over tokens of scores[row, head, token] times the token's state. */
    void overSources(long scores, long made) {
        Matrix source = on.source();
        for (int sequence : group.sequences()) {
            boolean inPlace = readsSourceInPlace(sequence);
            batch.add(
                    scoresAt(scores, sequence),
                    shape.scoreRow(),
                    false,
                    group.rows(sequence) * shape.heads(),
                    group.tokens(sequence),
                    inPlace
                            ? row(source.address(), on.sourceRows().start(sequence), source.stride())
                            : states.straight(sequence),
                    shape.source(),
                    madeAt(made, sequence),
                    batch.width(),
                    false);
            batch.targetInPanels(panelFloats());
            if (inPlace) {
                batch.inPlace(source.stride());
            }
        }
    }

    /** The place of a sequence's first row of the group in what is made of rows. */
    long madeAt(long made, int sequence) {
        return made + (long) group.start(sequence) * rowFloats() * Float.BYTES;
    }

    /** The place of a head in what is made of rows. */
    long headOf(long made, int head) {
        return made + (long) head * batch.width() * Float.BYTES;
    }

    /** Floats from a narrow row to the next in a panel of what is made of rows; heads follow each other. */
    int rowFloats() {
        return shape.heads() * batch.width();
    }

    /** Floats from panel to panel of what is made of rows. */
    long panelFloats() {
        return batch.panelFloats(shape.mostRows() * shape.heads());
    }

    /** The place of a sequence's first row of the group in [row, head, tokens]. */
    long scoresAt(long scores, int sequence) {
        return scores + (long) group.start(sequence) * shape.heads() * shape.scoreRow() * Float.BYTES;
    }
}
