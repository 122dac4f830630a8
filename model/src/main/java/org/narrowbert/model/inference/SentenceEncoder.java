package org.narrowbert.model.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.PackedWeights;
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
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.tokenizer.Tokenizer;

/**
 * Texts to the states of their tokens, and to one vector each. Needs no head, so it works with base models. Looks at the model; owns the memory for the
 * largest batch so far, which the next ones use again: for a short text, to plan and to take memory anew would cost as much as a layer. For one thread.
 */
public final class SentenceEncoder implements AutoCloseable {
    private final EncoderStates model;
    private final SentenceSettings settings;
    private final Parameters parameters;
    private final Tokenizer tokenizer;
    private final Backend backend;
    private final NarrowAttentionChoice attention;
    private Optional<Session> open = Optional.empty();
    private Extents room = new Extents(0, 0, 0, 0);

    /**
     * Encodes with a model that others own.
     *
     * @param parameters those of {@link EncoderStates} or more
     * @throws org.narrowbert.engine.error.RunError when the tokenizer has more tokens than the model
     */
    public SentenceEncoder(
            BertConfig config, SentenceSettings settings, Parameters parameters, Tokenizer tokenizer, Backend backend) {
        this(config, settings, Narrowing.DEFAULT, parameters, tokenizer, backend);
    }

    /** The same with another way to compute few rows. */
    public SentenceEncoder(
            BertConfig config,
            SentenceSettings settings,
            Narrowing narrowing,
            Parameters parameters,
            Tokenizer tokenizer,
            Backend backend) {
        ModelFit.requireTokens(tokenizer, config);
        this.model = EncoderStates.of(config, narrowing.lastLayer());
        this.attention = narrowing.attention();
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

    /**
     * A text's tokens.
     *
     * @param ids those of [CLS], the text and [SEP]; of a text that is too long, of its first tokens
     * @param cut whether it was too long
     */
    public record Tokens(int[] ids, boolean cut) {}

    /** What is computed of a text. */
    public Tokens tokens(String text) {
        int[] inner = tokenizer.encode(text);
        int length = Math.min(inner.length, settings.maxTokens() - 2);
        int[] ids = new int[length + 2];
        ids[0] = tokenizer.specialTokens().cls();
        System.arraycopy(inner, 0, ids, 1, length);
        ids[length + 1] = tokenizer.specialTokens().sep();
        return new Tokens(ids, length < inner.length);
    }

    /**
     * The last states of all tokens.
     *
     * @param texts token ids of each text, not longer than the model's positions
     * @return for each text [tokens, hidden], row after row
     */
    public List<float[]> states(List<int[]> texts) {
        return states(TextBatch.ofAllRows(texts));
    }

    /**
     * One vector for each text, the same bits whatever texts stand beside it: by the mean or the maximum of all its tokens' states, or by that of [CLS],
     * for which the other rows do not leave the last attention.
     *
     * @param texts token ids of each text, not longer than the model's positions
     * @return for each text [hidden]
     */
    public List<float[]> embeddings(List<int[]> texts) {
        List<float[]> states = states(
                switch (settings.pooling()) {
                    case CLS -> TextBatch.ofFirstRows(texts);
                    case MEAN, MAX -> TextBatch.ofAllRows(texts);
                });
        return states.stream().map(this::embedding).toList();
    }

    /** Columns of a vector. */
    public int columns() {
        return model.states().columns();
    }

    private List<float[]> states(Batch batch) {
        Session session = session(batch.extents());
        session.forward(batch, StepPlace.NONE);
        Matrix states = session.values(model.states());
        List<float[]> results = new ArrayList<>();
        Rows rows = batch.narrow();
        for (int text = 0; text < rows.sequences(); text++) {
            results.add(states.rows(rows.start(text), rows.end(text) - rows.start(text))
                    .toArray());
        }
        return results;
    }

    /** A session with room for a batch: the one that is open, or a larger one. */
    private Session session(Extents batch) {
        if (open.isEmpty() || !batch.fits(room) || batch.longest() > room.longest()) {
            close();
            room = new Extents(
                            Math.max(room.sequences(), batch.sequences()),
                            Math.max(room.tokens(), batch.tokens()),
                            Math.max(room.narrow(), batch.narrow()),
                            0)
                    .upTo(Math.max(room.longest(), batch.longest()));
            Plan plan = Plan.inference(model.graph(), room, Set.of(), attention);
            open = Optional.of(Session.inference(plan, parameters, backend));
        }
        return open.get();
    }

    /** Gives the memory back; the next batch takes some anew. */
    @Override
    public void close() {
        open.ifPresent(Session::close);
        open = Optional.empty();
    }

    /** The vector of a text's states, [tokens, hidden], or of [CLS]'s alone. */
    private float[] embedding(float[] states) {
        double[] pooled = pooled(states);
        double norm = settings.normalized()
                ? Math.sqrt(Arrays.stream(pooled).map(value -> value * value).sum())
                : 1;
        float[] embedding = new float[pooled.length];
        for (int column = 0; column < pooled.length; column++) {
            embedding[column] = (float) (norm == 0 ? 0 : pooled[column] / norm);
        }
        return embedding;
    }

    private double[] pooled(float[] states) {
        double[] pooled = new double[columns()];
        int rows = states.length / pooled.length;
        for (int column = 0; column < pooled.length; column++) {
            double value = states[column];
            for (int row = 1; row < rows; row++) {
                double next = states[row * pooled.length + column];
                value = switch (settings.pooling()) {
                    case CLS -> value;
                    case MEAN -> value + next;
                    case MAX -> Math.max(value, next);
                };
            }
            pooled[column] = settings.pooling() == SentenceSettings.Pooling.MEAN ? value / rows : value;
        }
        return pooled;
    }
}
