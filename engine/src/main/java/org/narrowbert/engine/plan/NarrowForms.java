package org.narrowbert.engine.plan;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.NarrowAttentionOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.engine.tensor.Rows;

/**
 * Chooses each sequence's form of narrow attention, by its own numbers of tokens and narrow rows alone: a text's answer does not depend on what
 * else is in its batch. A form costs what the plan's ops cost for that sequence in a batch of many.
 */
public final class NarrowForms {
    private static final int UNKNOWN = -1;

    private final NarrowAttention wanted;
    private final CostModel costs;
    private final List<Op> ops;

    /** For each number of tokens the most narrow rows for which the absorbed form is the cheaper one. */
    private int[] crossings = new int[0];

    private int[] offsets = new int[1];
    private int[] tokens = new int[0];

    /**
     * Forms for a plan.
     *
     * @param ops of a forward pass or of a forward and a backward pass; what runs a second time does not count, since it must not change a bit
     */
    NarrowForms(NarrowAttentionChoice choice, List<Op> ops) {
        wanted = choice.wanted();
        costs = choice.costs();
        this.ops = ops.stream().filter(NarrowForms::dependsOnForm).toList();
    }

    private static boolean dependsOnForm(Op op) {
        return op instanceof NarrowAttentionOp
                || Stream.concat(op.reads().stream(), op.writes().stream())
                        .anyMatch(operand ->
                                operand instanceof Activation activation && activation.rows() == RowSet.PROJECTED);
    }

    /** Whether the plan has a narrow attention at all. */
    public boolean isThereAny() {
        return !ops.isEmpty();
    }

    /** Whether a sequence may be absorbed. */
    boolean mayAbsorb() {
        return isThereAny() && wanted != NarrowAttention.PROJECTED;
    }

    /** The form for a sequence. */
    public NarrowForm form(int tokens, int narrow) {
        return switch (wanted) {
            case PROJECTED -> NarrowForm.PROJECTED;
            case ABSORBED -> NarrowForm.ABSORBED;
            case AUTO -> narrow <= mostAbsorbed(tokens) ? NarrowForm.ABSORBED : NarrowForm.PROJECTED;
        };
    }

    /** Predicted seconds, for one sequence in a form, of those ops whose cost depends on the form. */
    public double seconds(NarrowForm form, int tokens, int narrow) {
        Extents sequence = new Extents(1, tokens, narrow, 0);
        Extents inForm = form == NarrowForm.PROJECTED ? sequence.projecting(tokens) : sequence;
        return ops.stream()
                .mapToDouble(op -> costs.sharedSeconds(op.cost(inForm)))
                .sum();
    }

    /**
     * All tokens of the sequences that are projected; the arrays are used again for the next batch.
     *
     * @param most rows that there is room for
     */
    public Rows projected(Rows all, Rows narrow, int most) {
        int sequences = all.sequences();
        if (offsets.length <= sequences) {
            offsets = new int[sequences + 1];
        }
        if (tokens.length < all.count()) {
            tokens = new int[all.count()];
        }
        int count = 0;
        for (int sequence = 0; sequence < sequences; sequence++) {
            int length = all.end(sequence) - all.start(sequence);
            int read = narrow.end(sequence) - narrow.start(sequence);
            if (read > 0 && count + length <= most && form(length, read) == NarrowForm.PROJECTED) {
                for (int row = all.start(sequence); row < all.end(sequence); row++) {
                    tokens[count++] = row;
                }
            }
            offsets[sequence + 1] = count;
        }
        return Rows.of(sequences, offsets, tokens);
    }

    /**
     * The most rows that are projected in batches within limits, however the narrow rows are spread: a projected sequence of n tokens has more of
     * them than the absorbed form is chosen for.
     *
     * @param longest most tokens of a sequence
     */
    int mostProjected(Extents limits, int longest) {
        return mostProjected(limits, longest, 1);
    }

    /** The same where each sequence has about its share of the narrow rows, as in training; if one has more, {@link #projected} absorbs it. */
    int mostProjectedInTraining(Extents limits, int longest) {
        return mostProjected(limits, longest, limits.narrow() / (double) Math.max(1, limits.tokens()));
    }

    private int mostProjected(Extents limits, int longest, double share) {
        if (!isThereAny() || wanted == NarrowAttention.ABSORBED) {
            return 0;
        }
        double most = wanted == NarrowAttention.PROJECTED ? limits.tokens() : 0;
        for (int tokens = 1; tokens <= longest && most < limits.tokens(); tokens++) {
            int narrow = Math.min(limits.narrow(), (int) Math.min(tokens, Math.ceil(tokens * share) + 1));
            if (form(tokens, narrow) == NarrowForm.PROJECTED) {
                most = Math.max(most, limits.narrow() / (mostAbsorbed(tokens) + 1.0) * tokens);
            }
        }
        return (int) Math.min(limits.tokens(), Math.ceil(most));
    }

    /** The most narrow rows of a sequence of so many tokens for which the absorbed form is the cheaper one. */
    public int mostAbsorbed(int tokens) {
        if (crossings.length <= tokens) {
            int known = crossings.length;
            crossings = Arrays.copyOf(crossings, tokens + 1);
            Arrays.fill(crossings, known, tokens + 1, UNKNOWN);
        }
        if (crossings[tokens] == UNKNOWN) {
            crossings[tokens] = crossing(tokens);
        }
        return crossings[tokens];
    }

    /** The absorbed form's cost grows faster with the narrow rows: it is the cheaper one up to some number of them. */
    private int crossing(int tokens) {
        int absorbed = 0;
        int projected = tokens + 1;
        while (projected - absorbed > 1) {
            int middle = (absorbed + projected) / 2;
            if (seconds(NarrowForm.ABSORBED, tokens, middle) <= seconds(NarrowForm.PROJECTED, tokens, middle)) {
                absorbed = middle;
            } else {
                projected = middle;
            }
        }
        return absorbed;
    }
}
