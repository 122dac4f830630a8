package org.narrowbert.model.heads;

import org.narrowbert.model.encoder.BertConfig;

/** The heads that tasks are fine-tuned with. */
public enum HeadType {
    /** Labels, or a number, of a text or a pair of texts; and choices, one text each. */
    SEQUENCE_CLASSIFICATION,
    /** A label a word. */
    TOKEN_CLASSIFICATION,
    /** An answer that is a part of a text. */
    QUESTION_ANSWERING;

    /**
     * The head on a model's encoder.
     *
     * @param labels columns of its logits; {@link QuestionAnswering} has always {@link QuestionAnswering#SCORES}
     */
    public TaskHead on(BertConfig config, int labels, HeadMode mode) {
        return switch (this) {
            case SEQUENCE_CLASSIFICATION -> SequenceClassification.of(config, labels, mode);
            case TOKEN_CLASSIFICATION -> TokenClassification.of(config, labels, mode);
            case QUESTION_ANSWERING -> QuestionAnswering.of(config, mode);
        };
    }
}
