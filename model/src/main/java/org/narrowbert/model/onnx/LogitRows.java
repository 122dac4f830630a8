package org.narrowbert.model.onnx;

/** Which rows an exported masked language model gives logits of. */
public enum LogitRows {
    /**
     * Every token, padding included, as Hugging Face's export does: logits [batch, sequence, vocabulary], inputs {@code input_ids}, {@code
     * attention_mask} and {@code token_type_ids}, each [batch, sequence]. The decoder is then more than a fifth of BERT-base's work at 128 tokens,
     * and nothing right of a layout's colon is saved.
     */
    EVERY_TOKEN,

    /**
     * Chosen places of each sequence: a fourth input, {@code positions} [batch, places], counted from 0 within a sequence, and logits [batch, places,
     * vocabulary]. What nobody reads is not computed, neither by the head nor right of a layout's colon. Where sequences differ in how many places
     * they have, the rest may be any place, 0 for one, whose logits nobody reads.
     */
    POSITIONS
}
