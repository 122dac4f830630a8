package org.narrowbert.model.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.tokenizer.Tokenizer;

/**
 * Fills the [MASK]s of a text with the likeliest tokens. Only the [MASK]s are narrow rows: right of a layout's colon nothing else is
 * computed, nor in the last layer of any. Looks at the model; memory for a text is taken and given back with each.
 */
public final class FillMask {
    private final MaskedLanguageModel model;
    private final BertConfig config;
    private final Parameters parameters;
    private final Tokenizer tokenizer;
    private final Backend backend;
    private final NarrowAttentionChoice attention;

    /**
     * Fills masks with a model that others own.
     *
     * @throws RunError when the tokenizer has more tokens than the model
     */
    public FillMask(BertConfig config, Parameters parameters, Tokenizer tokenizer, Backend backend) {
        this(config, Narrowing.DEFAULT, parameters, tokenizer, backend);
    }

    /** The same with another way to compute few rows. */
    public FillMask(
            BertConfig config, Narrowing narrowing, Parameters parameters, Tokenizer tokenizer, Backend backend) {
        ModelFit.requireTokens(tokenizer, config);
        this.model = MaskedLanguageModel.inference(config, narrowing.lastLayer());
        this.config = config;
        this.parameters = parameters;
        this.tokenizer = tokenizer;
        this.backend = backend;
        this.attention = narrowing.attention();
    }

    /**
     * Lets the backend keep the model's weights in the order in which it reads them until the result is closed: worth the memory of another copy
     * where more than one text is to be filled.
     */
    public PackedWeights keepPacked() {
        return backend.keepPacked(
                model.graph().linearWeights().stream().map(parameters::of).toList());
    }

    /**
     * One token for one [MASK].
     *
     * @param id vocabulary id
     * @param token as the vocabulary has it
     * @param probability among the whole vocabulary
     */
    public record Candidate(int id, String token, double probability) {}

    /**
     * The likeliest tokens of every [MASK], in the order of the text.
     *
     * @param text with at least one [MASK]
     * @param topK number of candidates a mask, 1 or more
     * @throws RunError when there is no [MASK], or the text is longer than the model takes
     */
    public List<List<Candidate>> fill(String text, int topK) {
        int[] ids = withSpecialTokens(text);
        int mask = tokenizer.specialTokens().mask();
        int[] masks = IntStream.range(0, ids.length)
                .filter(place -> ids[place] == mask)
                .toArray();
        if (masks.length == 0) {
            throw new RunError("there is no [MASK] in '" + text + "': write [MASK] where a word is to be filled in");
        }
        if (ids.length > config.maxPositionEmbeddings()) {
            throw new RunError("a text of " + ids.length + " tokens is longer than the "
                    + config.maxPositionEmbeddings() + " positions of the model: shorten it");
        }
        int[] all = IntStream.range(0, ids.length).toArray();
        Batch batch = Batch.of(
                Rows.of(1, new int[] {0, ids.length}, all),
                ids,
                new int[ids.length],
                Rows.of(1, new int[] {0, masks.length}, masks),
                new int[0]);
        Extents extents = new Extents(1, ids.length, masks.length, 0);
        Plan plan = Plan.inference(model.graph(), extents, Set.of(), attention);
        try (Session session = Session.inference(plan, parameters, backend)) {
            session.forward(batch, StepPlace.NONE);
            Matrix logits = session.values(model.output());
            List<List<Candidate>> candidates = new ArrayList<>();
            for (int row = 0; row < masks.length; row++) {
                candidates.add(likeliest(logits.rows(row, 1).toArray(), topK));
            }
            return candidates;
        }
    }

    private int[] withSpecialTokens(String text) {
        int[] inner = tokenizer.encode(text);
        int[] ids = new int[inner.length + 2];
        ids[0] = tokenizer.specialTokens().cls();
        System.arraycopy(inner, 0, ids, 1, inner.length);
        ids[ids.length - 1] = tokenizer.specialTokens().sep();
        return ids;
    }

    private List<Candidate> likeliest(float[] allLogits, int topK) {
        // A model may have more ids than the vocabulary has tokens, padded to a round number: those ids are no tokens.
        float[] logits = Arrays.copyOf(allLogits, tokenizer.vocabularySize());
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        if (!Double.isFinite(sum)) {
            throw new RunError("the model's logits are not numbers: its weights are spoiled, take an earlier save");
        }
        // Of equal logits the lower id comes first, so that the answer does not depend on how they are sorted.
        long[] ranked = new long[logits.length];
        for (int id = 0; id < logits.length; id++) {
            ranked[id] = ((long) ~orderedBits(logits[id]) << 32) | id;
        }
        Arrays.sort(ranked);
        List<Candidate> candidates = new ArrayList<>();
        for (int rank = 0; rank < Math.min(topK, ranked.length); rank++) {
            int id = (int) ranked[rank];
            candidates.add(new Candidate(id, tokenizer.tokens(id).getFirst(), Math.exp(logits[id] - largest) / sum));
        }
        return candidates;
    }

    /** An integer that is larger exactly where the number is. */
    private static int orderedBits(float value) {
        int bits = Float.floatToIntBits(value);
        return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }
}
