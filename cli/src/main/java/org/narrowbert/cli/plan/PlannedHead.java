package org.narrowbert.cli.plan;

import java.util.Optional;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.heads.MaskedLanguageModel;

/** What {@code narrowbert plan} can put on an encoder, and which rows it reads. */
enum PlannedHead {
    /** The masked language model: the masked tokens. */
    MLM,
    /** A vector or a class by [CLS]: one row a sequence. */
    CLS,
    /** A vector by the mean of all tokens. */
    MEAN,
    /** A vector by the maximum of all tokens. */
    MAX;

    /** What inference computes. */
    Graph inference(BertConfig config, LastLayer lastLayer) {
        return switch (this) {
            case MLM -> MaskedLanguageModel.inference(config, lastLayer).graph();
            case CLS, MEAN, MAX -> EncoderStates.of(config, lastLayer).graph();
        };
    }

    /**
     * How many rows it reads of a batch.
     *
     * @param masked narrow rows of the batch where the head reads the masked tokens
     */
    int narrowRows(int sequences, int tokens, int masked) {
        return switch (this) {
            case MLM -> masked;
            case CLS -> sequences;
            case MEAN, MAX -> tokens;
        };
    }

    /** A line for people where it reads every row of the batch. */
    Optional<String> warning(Extents batch) {
        return switch (this) {
            case MLM, CLS -> Optional.empty();
            case MEAN, MAX ->
                Optional.of(
                        "the head reads the last state of all %,d tokens, so that every row is a narrow one: what is computed on narrow rows is computed on all, and saves nothing (--head cls reads %,d rows)"
                                .formatted(batch.tokens(), batch.sequences()));
        };
    }
}
