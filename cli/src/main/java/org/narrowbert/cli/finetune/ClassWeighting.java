package org.narrowbert.cli.finetune;

import java.util.Arrays;
import java.util.List;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.finetuning.batch.ClassCounts;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.task.example.TaskKind;

/**
 * How much each class counts in the loss.
 *
 * @param balanced whether each class counts as much as any other, however rare it is
 * @param weights the classes' weights in the order of the labels; empty for none
 */
record ClassWeighting(boolean balanced, List<Double> weights) {
    /** All labels count alike. */
    static final ClassWeighting NONE = new ClassWeighting(false, List.of());

    private static final String BALANCED = "balanced";

    /** Reads {@code balanced} or numbers with commas between them. */
    static ClassWeighting parse(String text) {
        if (text.equals(BALANCED)) {
            return new ClassWeighting(true, List.of());
        }
        try {
            List<Double> weights =
                    Arrays.stream(text.split(",", -1)).map(Double::valueOf).toList();
            if (weights.stream().allMatch(weight -> weight >= 0 && Double.isFinite(weight))
                    && weights.stream().anyMatch(weight -> weight > 0)) {
                return new ClassWeighting(false, weights);
            }
        } catch (NumberFormatException noNumber) {
            // Refused below with all that is allowed.
        }
        throw new UserError("--class-weights is '" + text + "': write balanced, or a number from 0 on for each label"
                + " with commas between them, not 0 for all");
    }

    /**
     * The weights of a task's classes.
     *
     * @param training samples whose labels are counted
     * @throws UserError when the task has no classes, or another number of them
     */
    double[] of(TaskKind kind, List<String> labels, List<TaskSample> training) {
        if (!balanced && weights.isEmpty()) {
            return new double[0];
        }
        if (kind != TaskKind.SINGLE_LABEL && kind != TaskKind.TOKEN_LABELS) {
            throw new UserError("--class-weights are for tasks with one of several labels: leave them out");
        }
        if (!balanced && weights.size() != labels.size()) {
            throw new UserError("--class-weights has " + weights.size() + " numbers, but there are " + labels.size()
                    + " labels: " + String.join(", ", labels));
        }
        return balanced
                ? ClassCounts.balanced(ClassCounts.of(training, labels.size()))
                : weights.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
