package org.narrowbert.model.encoder;

import java.util.OptionalDouble;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.model.layout.Layout;

/** A {@link BertConfig} in the making: BERT's defaults, or another configuration's values, until they are set. Nothing is checked before {@link #build}. */
public final class BertConfigBuilder {
    private Layout layout;
    private int vocabSize;
    private int hiddenSize;
    private int numAttentionHeads;
    private int intermediateSize;
    private ActivationFunction hiddenAct = ActivationFunction.GELU;
    private int maxPositionEmbeddings = 512;
    private int typeVocabSize = 2;
    private double layerNormEps = 1e-12;
    private double hiddenDropoutProb = 0.1;
    private double attentionProbsDropoutProb = 0.1;
    private double initializerRange = 0.02;
    private int padTokenId;
    private double tokenKeep = BertConfig.DEFAULT_TOKEN_KEEP;
    private double tokenKeepRandom;
    private double tokenImportanceBeta = BertConfig.DEFAULT_TOKEN_IMPORTANCE_BETA;
    private OptionalDouble classifierDropout = OptionalDouble.empty();

    BertConfigBuilder(Layout layout, ModelShape shape, int vocabSize) {
        this.layout = layout;
        this.vocabSize = vocabSize;
        shape(shape);
    }

    BertConfigBuilder(BertConfig config) {
        this.layout = config.layout();
        this.vocabSize = config.vocabSize();
        this.hiddenSize = config.hiddenSize();
        this.numAttentionHeads = config.numAttentionHeads();
        this.intermediateSize = config.intermediateSize();
        this.hiddenAct = config.hiddenAct();
        this.maxPositionEmbeddings = config.maxPositionEmbeddings();
        this.typeVocabSize = config.typeVocabSize();
        this.layerNormEps = config.layerNormEps();
        this.hiddenDropoutProb = config.hiddenDropoutProb();
        this.attentionProbsDropoutProb = config.attentionProbsDropoutProb();
        this.initializerRange = config.initializerRange();
        this.padTokenId = config.padTokenId();
        this.tokenKeep = config.tokenKeep();
        this.tokenKeepRandom = config.tokenKeepRandom();
        this.tokenImportanceBeta = config.tokenImportanceBeta();
        this.classifierDropout = config.classifierDropout();
    }

    /** Hidden size, heads and intermediate size; the depth is the layout's. */
    public BertConfigBuilder shape(ModelShape shape) {
        this.hiddenSize = shape.hiddenSize();
        this.numAttentionHeads = shape.attentionHeads();
        this.intermediateSize = shape.intermediateSize();
        return this;
    }

    /** Sets the order of sublayers. */
    public BertConfigBuilder layout(Layout value) {
        this.layout = value;
        return this;
    }

    /** Sets number of token ids. */
    public BertConfigBuilder vocabSize(int value) {
        this.vocabSize = value;
        return this;
    }

    /** Sets the non-linearity. */
    public BertConfigBuilder hiddenAct(ActivationFunction value) {
        this.hiddenAct = value;
        return this;
    }

    /** Sets longest sequence in tokens. */
    public BertConfigBuilder maxPositionEmbeddings(int value) {
        this.maxPositionEmbeddings = value;
        return this;
    }

    /** Sets number of token type ids. */
    public BertConfigBuilder typeVocabSize(int value) {
        this.typeVocabSize = value;
        return this;
    }

    /** Sets added to the variance in every LayerNorm. */
    public BertConfigBuilder layerNormEps(double value) {
        this.layerNormEps = value;
        return this;
    }

    /** Sets dropout of embeddings and sublayer outputs. */
    public BertConfigBuilder hiddenDropoutProb(double value) {
        this.hiddenDropoutProb = value;
        return this;
    }

    /** Sets dropout of attention probabilities. */
    public BertConfigBuilder attentionProbsDropoutProb(double value) {
        this.attentionProbsDropoutProb = value;
        return this;
    }

    /** Sets standard deviation of new weights. */
    public BertConfigBuilder initializerRange(double value) {
        this.initializerRange = value;
        return this;
    }

    /** Sets the id of [PAD]. */
    public BertConfigBuilder padTokenId(int value) {
        this.padTokenId = value;
        return this;
    }

    /** Sets share of tokens that brackets keep. */
    public BertConfigBuilder tokenKeep(double value) {
        this.tokenKeep = value;
        return this;
    }

    /** Sets share of the kept tokens that chance chooses. */
    public BertConfigBuilder tokenKeepRandom(double value) {
        this.tokenKeepRandom = value;
        return this;
    }

    /** Sets how much of a token's importance an update keeps. */
    public BertConfigBuilder tokenImportanceBeta(double value) {
        this.tokenImportanceBeta = value;
        return this;
    }

    /** Sets dropout of what a classifier reads; empty for that of the hidden states. */
    public BertConfigBuilder classifierDropout(OptionalDouble value) {
        this.classifierDropout = value;
        return this;
    }

    /**
     * The configuration, checked.
     *
     * @throws org.narrowbert.engine.error.UserError naming the key, its value and what is allowed
     */
    public BertConfig build() {
        return new BertConfig(
                layout,
                vocabSize,
                hiddenSize,
                numAttentionHeads,
                intermediateSize,
                hiddenAct,
                maxPositionEmbeddings,
                typeVocabSize,
                layerNormEps,
                hiddenDropoutProb,
                attentionProbsDropoutProb,
                initializerRange,
                padTokenId,
                tokenKeep,
                tokenKeepRandom,
                tokenImportanceBeta,
                classifierDropout);
    }
}
