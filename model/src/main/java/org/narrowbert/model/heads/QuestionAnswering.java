package org.narrowbert.model.heads;

import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.EncoderGraph;
import org.narrowbert.model.encoder.Segment;
import org.narrowbert.model.encoder.WeightNames;

/**
 * BERT's answers that are a part of the text: one linear layer gives every token a score as the answer's first and one as its last. An answer may begin
 * anywhere, so that the narrow rows of a batch are all its tokens.
 *
 * @param graph encoder and last layer
 * @param logits [narrow rows, 2] start and end
 * @param segments the encoder's ops by layer
 */
public record QuestionAnswering(Graph graph, Activation logits, List<Segment> segments) implements TaskHead {
    /** Scores of a row: as the answer's first token, as its last. */
    public static final int SCORES = 2;

    /** A model's graph. */
    public static QuestionAnswering of(BertConfig config, HeadMode mode) {
        EncoderGraph.Encoder encoder = mode.encoder(config);
        HeadOps head = HeadOps.on(config, encoder);
        Activation logits = head.logits(WeightNames.SPANS, SCORES);
        return new QuestionAnswering(head.graph("question answering"), logits, encoder.segments());
    }
}
