package org.narrowbert.engine.plan;

import java.util.List;

/**
 * The off-heap memory of inference, in bytes.
 *
 * @param weights the parameters
 * @param activations the plan's buffer
 * @param workspace what the backend's kernels keep
 */
public record InferenceMemory(long weights, long activations, long workspace) {
    /**
     * The memory of a plan's forward pass.
     *
     * @param parameterElements elements of all parameters, gaps for alignment included
     * @param elementBytes bytes of an element
     * @param workspace bytes that the backend's kernels keep
     */
    public static InferenceMemory of(Plan plan, long parameterElements, int elementBytes, long workspace) {
        return new InferenceMemory(
                parameterElements * elementBytes, plan.memory().elements() * elementBytes, workspace);
    }

    /** One line a kind of memory, and the sum. */
    public List<String> lines() {
        return List.of(
                TrainingMemory.line("weights", weights),
                TrainingMemory.line("activations", activations),
                TrainingMemory.line("kernels' workspace", workspace),
                TrainingMemory.line("sum", weights + activations + workspace)
                        + "  (weights that are kept packed, for more than one answer, take as much again)");
    }
}
