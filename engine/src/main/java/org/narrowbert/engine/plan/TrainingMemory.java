package org.narrowbert.engine.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * The off-heap memory of training, in bytes.
 *
 * @param weights the parameters
 * @param gradients as much as the weights
 * @param moments AdamW's two
 * @param saved activations that the forward pass makes and the backward pass must read; part of {@code activations}
 * @param activations the plan's buffer: saved activations and all temporary ones
 * @param workspace what the backend's kernels keep
 * @param copy of weights and moments, from which a checkpoint is written while training goes on; 0 where training waits
 */
public record TrainingMemory(
        long weights, long gradients, long moments, long saved, long activations, long workspace, long copy) {

    /**
     * The memory of a plan's training.
     *
     * @param parameterElements elements of all parameters, gaps for alignment included
     * @param elementBytes bytes of an element
     * @param workspace bytes that the backend's kernels keep
     */
    public static TrainingMemory of(Plan plan, long parameterElements, int elementBytes, long workspace) {
        long weights = parameterElements * elementBytes;
        return new TrainingMemory(
                weights,
                weights,
                2 * weights,
                plan.savedElements() * elementBytes,
                plan.memory().elements() * elementBytes,
                workspace,
                0);
    }

    /** The same with a copy of weights and moments. */
    public TrainingMemory savingInBackground() {
        return new TrainingMemory(weights, gradients, moments, saved, activations, workspace, weights + moments);
    }

    /** Everything. */
    public long total() {
        return weights + gradients + moments + activations + workspace + copy;
    }

    /** What cannot be avoided: weights, gradients, moments and saved activations. */
    public long necessary() {
        return weights + gradients + moments + saved;
    }

    /** One line a kind of memory, and the sum with its ratio to what is necessary. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line("weights", weights));
        lines.add(line("gradients", gradients));
        lines.add(line("AdamW's moments", moments));
        lines.add(line("activations", activations)
                + "  (%,.1f MB of them are read by the backward pass)".formatted(saved / 1e6));
        lines.add(line("kernels' workspace", workspace));
        lines.add(line("sum", total() - copy)
                + "  (%.3f x weights, gradients, moments and activations read by the backward pass)"
                        .formatted((double) (total() - copy) / necessary()));
        if (copy > 0) {
            lines.add(line("copy while saving", copy) + "  (none with --save-in-background off)");
        }
        return lines;
    }

    /** One line of a kind of memory. */
    static String line(String name, long bytes) {
        return "  %-20s %,12.1f MB".formatted(name, bytes / 1e6);
    }
}
