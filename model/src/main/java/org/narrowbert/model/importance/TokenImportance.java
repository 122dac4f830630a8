package org.narrowbert.model.importance;

import java.util.Arrays;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * The importance of every vocabulary id (Token Dropping, the authors' code): a running average of its masked language model loss. Between
 * brackets of a layout the most important tokens of each sequence are kept.
 *
 * <p>[UNK], [CLS], [SEP] and [MASK] rank before all others and [PAD] is never kept; none of them is ever updated. What the authors leave
 * open: of equally important tokens the first is kept, and several losses of one id in a step are one update by their mean.
 *
 * <p>Not for several threads at once. Values are float32, as they are saved, so that a resumed run goes on with the same bits.
 */
public final class TokenImportance {
    /** The importance of an id that has never been predicted: about the loss of a guess among all ids of BERT's vocabulary. */
    public static final float START = 10;

    /** The rank before all others. */
    private static final int FIRST = Integer.MIN_VALUE;

    private final float[] values;
    private final boolean[] isProtected;
    private final int padTokenId;
    private final double beta;

    private final double[] lossSums;
    private final int[] lossCounts;
    private final int[] touched;
    private int touchedCount;

    private final KeptRows keptRows = new KeptRows();

    private TokenImportance(float[] values, double beta, int[] protectedIds, int padTokenId) {
        this.values = values;
        this.beta = beta;
        this.padTokenId = padTokenId;
        this.isProtected = new boolean[values.length];
        for (int id : protectedIds) {
            isProtected[id] = true;
        }
        this.lossSums = new double[values.length];
        this.lossCounts = new int[values.length];
        this.touched = new int[values.length];
    }

    /**
     * The importance before the first step.
     *
     * @param vocabSize number of ids
     * @param beta share of its importance that an id keeps in an update
     * @param protectedIds the ids of [UNK], [CLS], [SEP] and [MASK], those that the vocabulary has
     * @param padTokenId the id of [PAD]
     */
    public static TokenImportance untrained(int vocabSize, double beta, int[] protectedIds, int padTokenId) {
        float[] values = new float[vocabSize];
        Arrays.fill(values, START);
        return new TokenImportance(values, beta, protectedIds, padTokenId);
    }

    /**
     * An importance that was saved.
     *
     * @param values [vocabulary]
     */
    public static TokenImportance of(float[] values, double beta, int[] protectedIds, int padTokenId) {
        return new TokenImportance(values.clone(), beta, protectedIds, padTokenId);
    }

    /** All values, [vocabulary]: what importance.safetensors holds. A copy. */
    public float[] values() {
        return values.clone();
    }

    /**
     * How many tokens of a sequence are kept: k = max(1, floor(share * length)), none of an empty one.
     *
     * @param share in (0, 1]
     * @param length tokens of the sequence
     */
    public static int kept(double share, int length) {
        return length == 0 ? 0 : Math.max(1, (int) Math.floor(share * length));
    }

    /**
     * Chooses each sequence's k = max(1, floor(share * length)) most important tokens; fewer only where fewer are not [PAD].
     *
     * <p>Where chance has a part, k - floor(R k) tokens are kept by importance and the others by chance among those that remain; with R = 1
     * importance says nothing. Protected ids come first in both.
     *
     * @param tokens every token of the batch
     * @param inputIds [tokens or more] the ids that the model reads, after masking
     * @param share in (0, 1]
     * @param chance its part R and its numbers
     * @param offsets [sequences + 1 or more] filled with the first kept row of each sequence
     * @param kept [tokens or more] filled with each kept row's index among the tokens, ascending
     * @return the kept rows; they look at {@code offsets} and {@code kept}
     */
    public Rows select(Rows tokens, int[] inputIds, double share, Chance chance, int[] offsets, int[] kept) {
        offsets[0] = 0;
        for (int sequence = 0; sequence < tokens.sequences(); sequence++) {
            int start = tokens.start(sequence);
            int end = tokens.end(sequence);
            int most = kept(share, end - start);
            int byChance = chance.of(most);
            int first = offsets[sequence];
            int after = byImportance(start, end, inputIds, most - byChance, kept, first);
            if (byChance > 0) {
                int chosen = after;
                after = byChance(start, end, inputIds, byChance, chance, kept, first, chosen);
                Arrays.sort(kept, first, after);
            }
            offsets[sequence + 1] = after;
        }
        return Rows.of(tokens.sequences(), offsets, kept);
    }

    private int byImportance(int start, int end, int[] inputIds, int most, int[] kept, int at) {
        if (most == 0) {
            return at;
        }
        keptRows.begin(end - start);
        for (int row = start; row < end; row++) {
            int id = inputIds[row];
            if (id != padTokenId) {
                keptRows.add(row, isProtected[id] ? FIRST : KeptRows.rank(values[id]));
            }
        }
        return keptRows.select(most, kept, at);
    }

    /** Chooses by chance among the rows that do not stand in {@code kept} from {@code chosenFrom} to {@code at}. */
    private int byChance(
            int start, int end, int[] inputIds, int most, Chance chance, int[] kept, int chosenFrom, int at) {
        int next = chosenFrom;
        keptRows.begin(end - start);
        for (int row = start; row < end; row++) {
            int id = inputIds[row];
            if (next < at && kept[next] == row) {
                next++;
            } else if (id != padTokenId) {
                keptRows.add(row, isProtected[id] ? FIRST : chance.rank(row));
            }
        }
        return keptRows.select(most, kept, at);
    }

    /**
     * Takes a micro-batch's losses; {@link #update} puts them into effect at the end of the optimizer step.
     *
     * @param labels [masked rows or more] the ids that were to be predicted
     * @param losses [masked rows, 1] the loss of each
     */
    public void record(int[] labels, Matrix losses) {
        for (int row = 0; row < losses.rows(); row++) {
            record(labels[row], losses.get(row, 0));
        }
    }

    /** Takes one prediction's loss. */
    public void record(int label, double loss) {
        if (isProtected[label] || label == padTokenId) {
            return;
        }
        if (lossCounts[label] == 0) {
            touched[touchedCount++] = label;
        }
        lossSums[label] += loss;
        lossCounts[label]++;
    }

    /** Moves the importance of every id that was recorded since the last update towards the mean of its losses, and forgets the losses. */
    public void update() {
        for (int index = 0; index < touchedCount; index++) {
            int id = touched[index];
            double mean = lossSums[id] / lossCounts[id];
            values[id] = (float) (beta * values[id] + (1 - beta) * mean);
        }
        forget();
    }

    /** Forgets the losses recorded since the last update, as when a step is not made. */
    public void forget() {
        for (int index = 0; index < touchedCount; index++) {
            lossSums[touched[index]] = 0;
            lossCounts[touched[index]] = 0;
        }
        touchedCount = 0;
    }
}
