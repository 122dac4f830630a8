package org.narrowbert.model.heads;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.LossOp;
import org.narrowbert.engine.graph.NormalizeOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.EncoderGraph;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.Segment;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.layout.LayerSet;

/**
 * BERT's masked language model: a transform (dense, activation, LayerNorm) and a decoder tied to the word embeddings, on the narrow rows
 * alone, which are the masked positions. In every layout: the loss reads nothing else.
 *
 * @param graph encoder and head
 * @param output [narrow rows, 1] losses, or [narrow rows, vocabulary] logits
 * @param correct [narrow rows, 1] 1 where the highest logit is the label's, otherwise 0; in evaluation only
 * @param embeddings [tokens, hidden] the rows before the first sublayer
 * @param sublayers the rows after each sublayer; of the last ones perhaps the narrow rows alone
 * @param segments the encoder's ops by layer
 */
public record MaskedLanguageModel(
        Graph graph,
        Activation output,
        Optional<Activation> correct,
        Activation embeddings,
        List<Activation> sublayers,
        List<Segment> segments) {
    /** Columns of logits made at a time: what is in cache when a chunk's softmax is taken, and no [rows, vocabulary] matrix in memory. */
    private static final int CHUNK_COLUMNS = 2048;

    /** The losses of the masked rows with dropout and, between brackets, kept rows alone. */
    public static MaskedLanguageModel training(BertConfig config) {
        return training(config, LastLayer.NARROWED);
    }

    /** The same with a choice of the rows that the last layer is computed on. */
    public static MaskedLanguageModel training(BertConfig config, LastLayer lastLayer) {
        return losses(config, true, false, lastLayer);
    }

    /** The losses of the masked rows and whether each is predicted right, without dropout; no token is dropped. */
    public static MaskedLanguageModel evaluation(BertConfig config, LastLayer lastLayer) {
        return losses(config, false, true, lastLayer);
    }

    /** The same with kept rows alone between brackets, as in training: for studies of what dropping tokens does by itself. */
    public static MaskedLanguageModel droppingEvaluation(BertConfig config, LastLayer lastLayer) {
        BertConfig withoutDropout = config.toBuilder()
                .hiddenDropoutProb(0)
                .attentionProbsDropoutProb(0)
                .build();
        return losses(withoutDropout, true, true, lastLayer);
    }

    /** The logits of the narrow rows. */
    public static MaskedLanguageModel inference(BertConfig config) {
        return inference(config, LastLayer.NARROWED);
    }

    /** The same with a choice of the rows that the last layer is computed on. */
    public static MaskedLanguageModel inference(BertConfig config, LastLayer lastLayer) {
        return logits(config, false, lastLayer);
    }

    /** The logits of the narrow rows as training computes them, dropout and kept rows included: for comparison with other engines. */
    public static MaskedLanguageModel trainingLogits(BertConfig config, LastLayer lastLayer) {
        return logits(config, true, lastLayer);
    }

    private static MaskedLanguageModel losses(
            BertConfig config, boolean training, boolean judged, LastLayer lastLayer) {
        EncoderGraph.Encoder encoder = EncoderGraph.of(config, training, lastLayer);
        List<Op> ops = new ArrayList<>(encoder.ops());
        Activation transformed = transform(config, encoder.narrow(), ops);
        Activation losses = narrow("losses", 1);
        Activation correct = narrow("correct", 1);
        ops.add(new LossOp.CrossEntropy(
                transformed,
                WeightNames.wordEmbeddings(config),
                bias(config),
                narrow("logits.chunk", Math.min(CHUNK_COLUMNS, config.vocabSize())),
                narrow("logits.logSumExp", 1),
                losses,
                correct));
        return of(config, ops, encoder, losses, judged ? Optional.of(correct) : Optional.empty());
    }

    private static MaskedLanguageModel logits(BertConfig config, boolean training, LastLayer lastLayer) {
        EncoderGraph.Encoder encoder = EncoderGraph.of(config, training, lastLayer);
        List<Op> ops = new ArrayList<>(encoder.ops());
        Activation transformed = transform(config, encoder.narrow(), ops);
        Activation logits = narrow("logits", config.vocabSize());
        ops.add(new LinearOp.Linear(transformed, WeightNames.wordEmbeddings(config), bias(config), logits));
        return of(config, ops, encoder, logits, Optional.empty());
    }

    private static MaskedLanguageModel of(
            BertConfig config,
            List<Op> ops,
            EncoderGraph.Encoder encoder,
            Activation output,
            Optional<Activation> correct) {
        String name = config.layout().text() + " with masked language model";
        List<Activation> outputs = new ArrayList<>(List.of(output));
        correct.ifPresent(outputs::add);
        return new MaskedLanguageModel(
                new Graph(name, ops, List.of(), outputs),
                output,
                correct,
                encoder.embeddings(),
                encoder.sublayers(),
                encoder.segments());
    }

    /** The same with narrow attention's cheaper form. */
    public Plan trainingPlan(Extents limits, LayerSet recomputed) {
        return trainingPlan(limits, recomputed, NarrowAttentionChoice.DEFAULT);
    }

    /**
     * How training runs.
     *
     * @param recomputed layers whose activations are not kept for the backward pass but made again in it
     * @param attention which form narrow attention takes
     */
    public Plan trainingPlan(Extents limits, LayerSet recomputed, NarrowAttentionChoice attention) {
        return Segment.trainingPlan(graph, segments, limits, recomputed, attention);
    }

    private static Activation transform(BertConfig config, Activation rows, List<Op> ops) {
        int hidden = config.hiddenSize();
        String dense = WeightNames.PREDICTIONS + ".transform.dense";
        String norm = WeightNames.PREDICTIONS + ".transform.LayerNorm";
        Activation activated = narrow("transform.activated", hidden);
        Activation transformed = narrow("transform", hidden);
        ops.add(new LinearOp.LinearActivation(
                config.hiddenAct(),
                rows,
                WeightNames.weight(dense, hidden, hidden),
                WeightNames.bias(dense, hidden),
                narrow("transform.before", hidden),
                activated));
        ops.add(new NormalizeOp.Normalize(
                activated,
                WeightNames.weightVector(norm, hidden),
                WeightNames.bias(norm, hidden),
                (float) config.layerNormEps(),
                Dropout.NONE,
                narrow("transform.statistics", 2),
                transformed));
        return transformed;
    }

    private static Parameter bias(BertConfig config) {
        return WeightNames.bias(WeightNames.PREDICTIONS, config.vocabSize());
    }

    private static Activation narrow(String name, int columns) {
        return new Activation(name, RowSet.NARROW, columns);
    }
}
