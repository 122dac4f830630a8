package org.narrowbert.model.encoder;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.AttentionOp;
import org.narrowbert.engine.graph.EmbeddingOp;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.NarrowAttentionOp;
import org.narrowbert.engine.graph.NormalizeOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.graph.RowOp;
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.layout.Step;
import org.narrowbert.model.layout.Sublayer;

/**
 * Turns a layout into ops: embeddings, then every sublayer over the rows that go on at that point. This is where NarrowBERT's and Token
 * Dropping's savings come from: a sublayer right of the colon has narrow rows only, one between brackets kept rows only. So has the last layer,
 * whatever the layout, where the head reads nothing else ({@link LastLayer}).
 */
public final class EncoderGraph {
    private final BertConfig config;
    private final boolean training;
    private final LastLayer lastLayer;
    private final FrozenLayers frozen;
    private final List<Op> ops = new ArrayList<>();
    private final List<Activation> sublayers = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private int segmentEnd;
    private int dropoutSites;

    /** Whether the parameters of what is being built are trained. */
    private boolean trained;

    private EncoderGraph(BertConfig config, boolean training, LastLayer lastLayer, FrozenLayers frozen) {
        this.config = config;
        this.training = training;
        this.lastLayer = lastLayer;
        this.frozen = frozen;
        this.trained = !frozen.embeddings();
    }

    /**
     * An encoder's ops and its results.
     *
     * @param ops in order
     * @param embeddings [tokens, hidden] the rows before the first sublayer
     * @param sublayers the rows after each sublayer, in order; named {@code sublayer.NN.s} or {@code .f}, counted from 01
     * @param segments all sublayers' ops, cut where another layer begins or the rows change
     * @param narrow [narrow rows, hidden] the last state of the rows that the head reads
     * @param dropoutSites places that have dropout: a head's sites are numbered from here on
     */
    public record Encoder(
            List<Op> ops,
            Activation embeddings,
            List<Activation> sublayers,
            List<Segment> segments,
            Activation narrow,
            int dropoutSites) {}

    /**
     * Builds the encoder of a configuration.
     *
     * @param training with dropout and, between brackets, with the kept rows alone; otherwise neither (Token Dropping drops tokens in
     *     training only)
     * @param lastLayer on which rows the last layer is computed
     */
    public static Encoder of(BertConfig config, boolean training, LastLayer lastLayer) {
        return of(config, training, lastLayer, FrozenLayers.NONE);
    }

    /** The same with layers that training leaves as they are. */
    public static Encoder of(BertConfig config, boolean training, LastLayer lastLayer, FrozenLayers frozen) {
        return new EncoderGraph(config, training, lastLayer, frozen).build();
    }

    private Encoder build() {
        Layout layout = training ? config.layout() : config.layout().withoutBrackets();
        Activation embeddings = embeddings();
        Rows rows = new Rows(embeddings);
        List<Sublayer> remaining = new ArrayList<>(layout.sublayers());
        for (Step step : lastLayer.steps(layout)) {
            switch (step) {
                case NARROW -> rows.narrow(remaining);
                case DROP -> rows.drop();
                case REJOIN -> rows.rejoin();
                case ATTENTION, FEED_FORWARD -> rows.sublayer(remaining.removeFirst());
            }
        }
        return new Encoder(
                List.copyOf(ops),
                embeddings,
                List.copyOf(sublayers),
                List.copyOf(segments),
                rows.current,
                dropoutSites);
    }

    /** The state of the rows that go on, while the layout is read from left to right. */
    private final class Rows {
        private Activation current;
        /** What attention reads keys and values from when that is not the current rows: the states at the colon or at the bracket. */
        private List<Activation> source = List.of();

        private List<Activation> atBracket = List.of();

        private boolean isNarrow;

        /** Keys and values of all attention of narrow rows. */
        private NarrowKeys narrowKeys = NarrowKeys.NONE;

        Rows(Activation embeddings) {
            this.current = embeddings;
        }

        void narrow(List<Sublayer> toCome) {
            source = List.of(current);
            isNarrow = true;
            narrowKeys = NarrowKeys.of(config, current, toCome, frozen, ops);
            current = gather(current, RowSet.NARROW);
        }

        void drop() {
            source = List.of(current);
            atBracket = List.of(current);
            current = gather(current, RowSet.KEPT);
        }

        void rejoin() {
            Activation base = atBracket.getFirst();
            Activation merged = tokens(current.name() + ".rejoined");
            ops.add(new RowOp.Merge(base, current, merged));
            current = merged;
            source = List.of();
            atBracket = List.of();
        }

        void sublayer(Sublayer sublayer) {
            int begun = ops.size();
            // What lies above a sublayer that is trained has its gradient to carry, and so is trained as well.
            trained = trained || !frozen.contains(sublayer, config.layout());
            String name = "sublayer.%02d.%c"
                    .formatted(sublayers.size() + 1, sublayer.kind().letter());
            if (sublayer.kind() == Step.ATTENTION) {
                if (isNarrow) {
                    current = narrowAttention(name, sublayer.weights(), current, source.getFirst(), narrowKeys.next());
                } else {
                    Activation keys = source.isEmpty() ? current : source.getFirst();
                    current = attention(name, sublayer.weights(), current, keys);
                    source = List.of(); // only the first attention of a bracket crosses to the rows left out
                }
            } else {
                current = feedForward(name, sublayer.weights(), current);
            }
            sublayers.add(current);
            segment(sublayer, begun);
        }

        private Activation gather(Activation all, RowSet subset) {
            String name = all.name() + (subset == RowSet.NARROW ? ".narrow" : ".kept") + "." + ops.size();
            Activation part = new Activation(name, subset, all.columns());
            ops.add(new RowOp.Gather(all, part));
            return part;
        }
    }

    /** Adds the ops from {@code begun} on to the segment before them, if it is of the same layer and ends there, or begins one. */
    private void segment(Sublayer sublayer, int begun) {
        boolean goesOn = !segments.isEmpty()
                && segmentEnd == begun
                && segments.getLast().sublayer().weights().equals(sublayer.weights());
        List<Op> own = new ArrayList<>(goesOn ? segments.getLast().ops() : List.of());
        own.addAll(ops.subList(begun, ops.size()));
        Sublayer first = goesOn ? segments.removeLast().sublayer() : sublayer;
        segments.add(new Segment(first, own));
        segmentEnd = ops.size();
    }

    private Activation embeddings() {
        int hidden = config.hiddenSize();
        Activation sum = tokens("embeddings.sum");
        Activation embeddings = tokens("embeddings");
        ops.add(new EmbeddingOp.Embed(
                own(WeightNames.wordEmbeddings(config)),
                own(Parameter.matrix(
                        WeightNames.EMBEDDINGS + ".position_embeddings.weight",
                        config.maxPositionEmbeddings(),
                        hidden)),
                own(Parameter.matrix(
                        WeightNames.EMBEDDINGS + ".token_type_embeddings.weight", config.typeVocabSize(), hidden)),
                sum));
        String norm = WeightNames.EMBEDDINGS + ".LayerNorm";
        ops.add(new NormalizeOp.Normalize(
                sum,
                own(WeightNames.weightVector(norm, hidden)),
                own(WeightNames.bias(norm, hidden)),
                epsilon(),
                dropout(config.hiddenDropoutProb()),
                tokens("embeddings.statistics", 2),
                embeddings));
        return embeddings;
    }

    private Activation attention(String name, String layer, Activation input, Activation source) {
        int heads = config.numAttentionHeads();
        String self = layer + ".attention.self.";
        Activation query = linear(name + ".query", self + "query", input, true);
        Activation key = linear(name + ".key", self + "key", source, false);
        Activation value = linear(name + ".value", self + "value", source, true);
        Activation context = like(input, name + ".context", config.hiddenSize());
        ops.add(new AttentionOp.Attention(
                query,
                key,
                value,
                heads,
                dropout(config.attentionProbsDropoutProb()),
                like(input, name + ".logSumExp", heads),
                context));
        return afterAttention(name, layer, context, input);
    }

    private Activation narrowAttention(
            String name, String layer, Activation input, Activation source, NarrowKeys.Layer keys) {
        int heads = config.numAttentionHeads();
        Activation query = linear(name + ".query", layer + ".attention.self.query", input, true);
        Activation context = like(input, name + ".context", config.hiddenSize());
        ops.add(new NarrowAttentionOp.NarrowAttention(
                query,
                source,
                keys.key(),
                keys.value(),
                keys.keyWeight(),
                keys.keyBias(),
                keys.valueWeight(),
                keys.valueBias(),
                heads,
                dropout(config.attentionProbsDropoutProb()),
                like(input, name + ".logSumExp", heads),
                context));
        return afterAttention(name, layer, context, input);
    }

    private Activation afterAttention(String name, String layer, Activation context, Activation input) {
        Activation output = linear(name + ".dense", layer + ".attention.output.dense", context, true);
        return addNormalize(name, layer + ".attention.output.LayerNorm", output, input);
    }

    private Activation feedForward(String name, String layer, Activation input) {
        int inner = config.intermediateSize();
        Activation before = like(input, name + ".before", inner);
        Activation activated = like(input, name + ".activated", inner);
        String intermediate = layer + ".intermediate.dense";
        ops.add(new LinearOp.LinearActivation(
                config.hiddenAct(),
                input,
                own(WeightNames.weight(intermediate, inner, config.hiddenSize())),
                own(WeightNames.bias(intermediate, inner)),
                before,
                activated));
        Activation output = linear(name + ".dense", layer + ".output.dense", activated, true);
        return addNormalize(name, layer + ".output.LayerNorm", output, input);
    }

    /** An affine map to the hidden size; a key's bias has no gradient, since softmax does not see a constant. */
    private Activation linear(String name, String weights, Activation input, boolean biasTrained) {
        Activation output = like(input, name, config.hiddenSize());
        Parameter bias = own(WeightNames.bias(weights, config.hiddenSize()));
        ops.add(new LinearOp.Linear(
                input,
                own(WeightNames.weight(weights, config.hiddenSize(), input.columns())),
                biasTrained ? bias : bias.frozen(),
                output));
        return output;
    }

    private Activation addNormalize(String name, String norm, Activation input, Activation residual) {
        int hidden = config.hiddenSize();
        Activation output = like(input, name, hidden);
        ops.add(new NormalizeOp.AddNormalize(
                input,
                residual,
                dropout(config.hiddenDropoutProb()),
                own(WeightNames.weightVector(norm, hidden)),
                own(WeightNames.bias(norm, hidden)),
                epsilon(),
                like(input, name + ".sum", hidden),
                like(input, name + ".statistics", 2),
                output));
        return output;
    }

    private Parameter own(Parameter parameter) {
        return trained ? parameter : parameter.frozen();
    }

    private Dropout dropout(double rate) {
        int site = dropoutSites++;
        return training && rate > 0 ? new Dropout((float) rate, site) : Dropout.NONE;
    }

    private float epsilon() {
        return (float) config.layerNormEps();
    }

    private Activation tokens(String name) {
        return tokens(name, config.hiddenSize());
    }

    private static Activation tokens(String name, int columns) {
        return new Activation(name, RowSet.TOKENS, columns);
    }

    private static Activation like(Activation other, String name, int columns) {
        return new Activation(name, other.rows(), columns);
    }
}
