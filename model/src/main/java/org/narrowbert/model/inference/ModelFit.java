package org.narrowbert.model.inference;

import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.tokenizer.Tokenizer;

/** Whether a model has embeddings for what it is given. */
public final class ModelFit {
    /** Token types of a pair of texts. */
    private static final int OF_PAIRS = 2;

    private ModelFit() {}

    /**
     * Refuses a tokenizer that has more tokens than the model.
     *
     * @throws RunError with both numbers
     */
    public static void requireTokens(Tokenizer tokenizer, BertConfig config) {
        if (tokenizer.vocabularySize() > config.vocabSize()) {
            throw new RunError(
                    "the tokenizer has " + tokenizer.vocabularySize() + " tokens, but config.json gives the model "
                            + config.vocabSize() + ": they do not belong together");
        }
    }

    /**
     * Refuses pairs of texts for a model with one token type.
     *
     * @param source of the pairs, such as a file
     * @throws RunError naming it
     */
    public static void requirePairs(Object source, BertConfig config) {
        if (config.typeVocabSize() < OF_PAIRS) {
            throw new RunError(source + " has pairs of texts, but the model has one token type, as config.json says by"
                    + " type_vocab_size: take a model with two, or examples of one text");
        }
    }
}
