package org.narrowbert.model.finetuning;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.finetuning.batch.LabelledBatch;
import org.narrowbert.model.finetuning.batch.TaskBatches;
import org.narrowbert.model.finetuning.batch.TaskData;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.heads.TaskHead;
import org.narrowbert.model.training.Evaluation;

/** A fine-tuned model that answers. Looks at parameters and backend; it may be used by one thread. */
public final class TaskPredictor {
    private final TaskHead head;
    private final Narrowing narrowing;
    private final Parameters parameters;
    private final Backend backend;

    /** A model whose parameters are those of the head's graph for inference. */
    public TaskPredictor(TaskModel model, Narrowing narrowing, Parameters parameters, Backend backend) {
        this.head = head(model, narrowing);
        this.narrowing = narrowing;
        this.parameters = parameters;
        this.backend = backend;
    }

    /** The graph that answers, whose parameters are to be read. */
    public static TaskHead head(TaskModel model, Narrowing narrowing) {
        return model.head(HeadMode.inference(narrowing.lastLayer()));
    }

    /**
     * Runs labelled samples through the model.
     *
     * @param batchSize samples a batch; changes no answer
     * @param scorer takes all batches
     * @return the loss over the samples whose targets are known, and the scorer's figures
     * @throws org.narrowbert.engine.error.RunError when the model's logits are not numbers
     */
    public Evaluation evaluate(List<TaskSample> samples, TaskBatches batches, int batchSize, Scorer scorer) {
        return requireNumbers(run(
                samples,
                batchSize,
                session -> evaluate(session, head, TaskData.inOrder(samples, batches, batchSize), scorer)));
    }

    /**
     * Runs samples through the model whose targets do not matter.
     *
     * @param batchSize samples a batch; changes no answer
     * @param scorer takes all batches
     * @throws org.narrowbert.engine.error.RunError when the model's logits are not numbers
     */
    public void predict(List<TaskSample> samples, TaskBatches batches, int batchSize, Scorer scorer) {
        run(samples, batchSize, session -> {
            Iterator<LabelledBatch> all = TaskData.inOrder(samples, batches, batchSize);
            while (all.hasNext()) {
                LabelledBatch each = all.next();
                session.forward(each.batch(), StepPlace.NONE);
                scorer.add(each, session.values(head.logits()));
            }
            return Evaluation.EMPTY;
        });
    }

    private Evaluation run(List<TaskSample> samples, int batchSize, Function<Session, Evaluation> work) {
        Plan plan =
                Plan.inference(head.graph(), TaskBatches.limits(batchSize, samples), Set.of(), narrowing.attention());
        try (Session session = Session.inference(plan, parameters, backend);
                PackedWeights _ = backend.keepPacked(head.graph().linearWeights().stream()
                        .map(parameters::of)
                        .toList())) {
            return work.apply(session);
        }
    }

    /**
     * Runs batches through a session whose graph ends with a head.
     *
     * @return the loss and the scorer's figures; none of both where the batches ended before the scorer had all, and no figures where the loss is no number
     */
    static Evaluation evaluate(Session session, TaskHead head, Iterator<LabelledBatch> batches, Scorer scorer) {
        double loss = 0;
        double weight = 0;
        long labels = 0;
        long samples = 0;
        while (batches.hasNext()) {
            LabelledBatch each = batches.next();
            session.forward(each.batch(), StepPlace.NONE);
            Matrix logits = session.values(head.logits());
            loss += each.targets().loss(logits, each.batch().narrow());
            weight += each.targets().weight();
            labels += each.targets().count();
            samples += each.samples();
            if (!Double.isFinite(loss)) {
                return new Evaluation(loss, Map.of(), labels);
            }
            scorer.add(each, logits);
        }
        if (samples == 0 || !scorer.isComplete()) {
            return Evaluation.EMPTY;
        }
        return new Evaluation(weight == 0 ? 0 : loss / weight, scorer.metrics(), labels);
    }

    /** Refuses an evaluation without figures, which a run in training tells otherwise. */
    static Evaluation requireNumbers(Evaluation found) {
        if (!Double.isFinite(found.loss())) {
            throw TaskScorer.spoiled();
        }
        return found;
    }
}
