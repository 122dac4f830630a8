package org.narrowbert.model.heads;

import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.encoder.Segment;
import org.narrowbert.model.layout.LayerSet;

/** An encoder with the head of a task that it is fine-tuned for: its logits are the graph's only output. */
public sealed interface TaskHead permits SequenceClassification, TokenClassification, QuestionAnswering {
    /** Encoder and head. */
    Graph graph();

    /** [narrow rows, labels] what the head says of each row that it reads. */
    Activation logits();

    /** The encoder's ops by layer. */
    List<Segment> segments();

    /**
     * How training runs.
     *
     * @param limits the largest micro-batch
     * @param recomputed layers whose activations are not kept for the backward pass but made again in it
     * @param attention which form narrow attention takes
     */
    default Plan trainingPlan(Extents limits, LayerSet recomputed, NarrowAttentionChoice attention) {
        return Segment.trainingPlan(graph(), segments(), limits, recomputed, attention);
    }
}
