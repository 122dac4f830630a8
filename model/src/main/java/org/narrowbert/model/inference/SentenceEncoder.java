package org.narrowbert.model.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.tokenizer.Tokenizer;

/**
 * Texts to the states of their tokens, and to one vector each. Needs no head, so it works with base models. Looks at the model; memory for a batch
 * is taken and given back with each.
 */
public final class SentenceEncoder {
    private final EncoderStates model;
    private final SentenceSettings settings;
    private final Parameters parameters;
    private final Tokenizer tokenizer;
    private final Backend backend;

    /**
     * Encodes with a model that others own.
     *
     * @param parameters those of {@link EncoderStates} or more
     * @throws org.narrowbert.engine.error.RunError when the tokenizer has more tokens than the model
     */
    public SentenceEncoder(
            BertConfig config, SentenceSettings settings, Parameters parameters, Tokenizer tokenizer, Backend backend) {
        FillMask.requireFit(tokenizer, config);
        this.model = EncoderStates.of(config);
        this.settings = settings;
        this.parameters = parameters;
        this.tokenizer = tokenizer;
        this.backend = backend;
    }

    /** Lets the backend keep the model's weights as it reads them until the result is closed. */
    public PackedWeights keepPacked() {
        return backend.keepPacked(
                model.graph().linearWeights().stream().map(parameters::of).toList());
    }

    /** The ids of [CLS], the text, [SEP]; of a text that is too long, the first tokens. */
    public int[] tokenIds(String text) {
        int[] inner = tokenizer.encode(text);
        int length = Math.min(inner.length, settings.maxTokens() - 2);
        int[] ids = new int[length + 2];
        ids[0] = tokenizer.specialTokens().cls();
        System.arraycopy(inner, 0, ids, 1, length);
        ids[length + 1] = tokenizer.specialTokens().sep();
        return ids;
    }

    /**
     * The last states of all tokens.
     *
     * @param texts token ids of each text, not longer than the model's positions
     * @return for each text [tokens, hidden], row after row
     */
    public List<float[]> states(List<int[]> texts) {
        int[] offsets = new int[texts.size() + 1];
        for (int text = 0; text < texts.size(); text++) {
            offsets[text + 1] = offsets[text] + texts.get(text).length;
        }
        int[] ids = texts.stream().flatMapToInt(Arrays::stream).toArray();
        Rows all = Rows.of(texts.size(), offsets, IntStream.range(0, ids.length).toArray());
        Batch batch = Batch.of(all, ids, new int[ids.length], all, new int[0]);
        Plan plan = Plan.inference(model.graph(), batch.extents());
        try (Session session = Session.inference(plan, parameters, backend)) {
            session.forward(batch, StepPlace.NONE);
            Matrix states = session.values(model.states());
            List<float[]> results = new ArrayList<>();
            for (int text = 0; text < texts.size(); text++) {
                results.add(states.rows(offsets[text], texts.get(text).length).toArray());
            }
            return results;
        }
    }

    /**
     * One text's vector, of length one unless it is zero.
     *
     * @param states [tokens, hidden] as {@link #states} gives them
     * @return [hidden]
     */
    public float[] embedding(float[] states) {
        int hidden = model.states().columns();
        int pooled = switch (settings.pooling()) {
            case CLS -> 1;
            case MEAN -> states.length / hidden;
        };
        double[] sums = new double[hidden];
        for (int index = 0; index < pooled * hidden; index++) {
            sums[index % hidden] += states[index];
        }
        double norm = Math.sqrt(Arrays.stream(sums).map(sum -> sum * sum).sum());
        float[] embedding = new float[hidden];
        for (int column = 0; column < hidden; column++) {
            embedding[column] = (float) (norm == 0 ? 0 : sums[column] / norm);
        }
        return embedding;
    }
}
