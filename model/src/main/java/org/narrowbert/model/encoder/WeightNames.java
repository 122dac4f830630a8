package org.narrowbert.model.encoder;

import org.narrowbert.engine.graph.Parameter;

/** Parameters under Hugging Face's tensor names. */
public final class WeightNames {
    /** Prefix of the embeddings. */
    public static final String EMBEDDINGS = "bert.embeddings";

    /** Prefix of the masked language model's head. */
    public static final String PREDICTIONS = "cls.predictions";

    /** The dense layer on [CLS] that sentence tasks read. */
    public static final String POOLER = "bert.pooler.dense";

    /** The last layer of a classifier. */
    public static final String CLASSIFIER = "classifier";

    /** The layer that scores every token as an answer's start and end. */
    public static final String SPANS = "qa_outputs";

    private WeightNames() {}

    /** The word embeddings, [vocabulary, hidden]; the masked language model's decoder is tied to them. */
    public static Parameter wordEmbeddings(BertConfig config) {
        return Parameter.matrix(EMBEDDINGS + ".word_embeddings.weight", config.vocabSize(), config.hiddenSize());
    }

    /** The weight of a dense layer, [out, in]. */
    public static Parameter weight(String layer, int out, int in) {
        return Parameter.matrix(layer + ".weight", out, in);
    }

    /** The weight of a LayerNorm, [columns]. */
    public static Parameter weightVector(String norm, int columns) {
        return Parameter.vector(norm + ".weight", columns);
    }

    /** The bias of a dense layer or a LayerNorm, [columns]. */
    public static Parameter bias(String layer, int columns) {
        return Parameter.vector(layer + ".bias", columns);
    }
}
