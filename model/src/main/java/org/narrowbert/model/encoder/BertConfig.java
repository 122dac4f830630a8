package org.narrowbert.model.encoder;

import java.util.OptionalDouble;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.model.layout.Layout;

/**
 * An encoder's configuration: what its config.json says, under Hugging Face's names.
 *
 * @param layout the order of sublayers; the number of layers follows from it
 * @param vocabSize number of token ids
 * @param hiddenSize columns of every activation
 * @param numAttentionHeads heads of every attention; divides the hidden size
 * @param intermediateSize columns inside every feed-forward sublayer
 * @param hiddenAct the feed-forward sublayers' and the head's non-linearity
 * @param maxPositionEmbeddings longest sequence in tokens
 * @param typeVocabSize number of token type ids
 * @param layerNormEps added to the variance in every LayerNorm
 * @param hiddenDropoutProb dropout of embeddings and sublayer outputs, in [0, 1)
 * @param attentionProbsDropoutProb dropout of attention probabilities, in [0, 1)
 * @param initializerRange standard deviation of new weights
 * @param padTokenId the id of [PAD]
 * @param tokenKeep share of a sequence's tokens that brackets keep, in (0, 1]; without brackets it has no effect
 * @param tokenKeepRandom share of the kept tokens that chance chooses instead of importance, in [0, 1]; without brackets it has no effect
 * @param tokenImportanceBeta how much of a token's importance an update keeps, in [0, 1); without brackets it has no effect
 * @param classifierDropout dropout of what a classifier reads, in [0, 1); empty for that of the hidden states
 */
public record BertConfig(
        Layout layout,
        int vocabSize,
        int hiddenSize,
        int numAttentionHeads,
        int intermediateSize,
        ActivationFunction hiddenAct,
        int maxPositionEmbeddings,
        int typeVocabSize,
        double layerNormEps,
        double hiddenDropoutProb,
        double attentionProbsDropoutProb,
        double initializerRange,
        int padTokenId,
        double tokenKeep,
        double tokenKeepRandom,
        double tokenImportanceBeta,
        OptionalDouble classifierDropout) {

    /** Share of a sequence's tokens kept between brackets (Token Dropping keeps 256 of 512). */
    public static final double DEFAULT_TOKEN_KEEP = 0.5;

    /** Decay of the running average that is a token's importance (Token Dropping, the authors' code). */
    public static final double DEFAULT_TOKEN_IMPORTANCE_BETA = 0.995;

    /** Dropout of BERT's pretraining, of sublayer outputs and of attention probabilities. */
    public static final double DEFAULT_DROPOUT = 0.1;

    private static final int MAX_VOCABULARY = 10_000_000;
    private static final int MAX_WIDTH = 1_000_000;

    /**
     * Checks every value.
     *
     * @throws UserError naming the key, its value and what is allowed; a reader of config.json adds the file
     */
    public BertConfig {
        range("vocab_size", vocabSize, 1, MAX_VOCABULARY);
        range("hidden_size", hiddenSize, 1, MAX_WIDTH);
        range("num_attention_heads", numAttentionHeads, 1, hiddenSize);
        range("intermediate_size", intermediateSize, 1, MAX_WIDTH);
        range("max_position_embeddings", maxPositionEmbeddings, 1, MAX_WIDTH);
        range("type_vocab_size", typeVocabSize, 1, MAX_WIDTH);
        range("pad_token_id", padTokenId, 0, vocabSize - 1);
        if (hiddenSize % numAttentionHeads != 0) {
            throw new UserError("hidden_size " + hiddenSize + " does not divide into " + numAttentionHeads
                    + " equal heads, choose num_attention_heads so that it does");
        }
        require("layer_norm_eps", layerNormEps, layerNormEps > 0 && layerNormEps <= 1, "above 0 and at most 1");
        probability("hidden_dropout_prob", hiddenDropoutProb);
        probability("attention_probs_dropout_prob", attentionProbsDropoutProb);
        require(
                "initializer_range",
                initializerRange,
                initializerRange > 0 && initializerRange <= 10,
                "above 0 and at most 10");
        require("token_keep", tokenKeep, tokenKeep > 0 && tokenKeep <= 1, "above 0 and at most 1");
        require("token_keep_random", tokenKeepRandom, tokenKeepRandom >= 0 && tokenKeepRandom <= 1, "from 0 to 1");
        probability("token_importance_beta", tokenImportanceBeta);
        classifierDropout.ifPresent(value -> probability("classifier_dropout", value));
    }

    /** A configuration of a layout, a shape and a vocabulary with BERT's defaults for everything else; the depth is the layout's. */
    public static BertConfig of(Layout layout, ModelShape shape, int vocabSize) {
        return builder(layout, shape, vocabSize).build();
    }

    /** A configuration to be changed before it is built: {@link #of}. */
    public static BertConfigBuilder builder(Layout layout, ModelShape shape, int vocabSize) {
        return new BertConfigBuilder(layout, shape, vocabSize);
    }

    /** This configuration to be changed. */
    public BertConfigBuilder toBuilder() {
        return new BertConfigBuilder(this);
    }

    /** The same with another layout. */
    public BertConfig withLayout(Layout other) {
        return toBuilder().layout(other).build();
    }

    /** The depth: the larger number of attention and feed-forward sublayers. */
    public int numHiddenLayers() {
        return layout.numHiddenLayers();
    }

    private static void range(String key, int value, int lowest, int highest) {
        require(key, value, value >= lowest && value <= highest, "a whole number from " + lowest + " to " + highest);
    }

    private static void probability(String key, double value) {
        require(key, value, value >= 0 && value < 1, "at least 0 and below 1");
    }

    private static void require(String key, Number value, boolean allowed, String range) {
        if (!allowed) {
            throw new UserError(key + " is " + value + ", allowed is " + range);
        }
    }
}
