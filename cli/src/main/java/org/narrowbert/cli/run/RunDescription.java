package org.narrowbert.cli.run;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.narrowbert.cli.terminal.Counted;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.plan.TrainingMemory;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.training.TrainingSettings;

/**
 * What a run is about to do, for people.
 *
 * @param samples what it trains on and is evaluated with, in words
 * @param config the model
 * @param plan of a step
 * @param recomputed layers that a step computes twice
 * @param settings of the run
 * @param epochs passes over the samples
 * @param batchSize samples of a micro-batch
 * @param compute who computes matrix products, and on what
 * @param savesInBackground whether memory holds a copy of weights and moments
 */
public record RunDescription(
        String samples,
        BertConfig config,
        Plan plan,
        LayerSet recomputed,
        TrainingSettings settings,
        double epochs,
        int batchSize,
        Computing compute,
        boolean savesInBackground) {
    /**
     * On what a run computes.
     *
     * @param gemm who computes matrix products
     * @param threads that compute
     */
    public record Computing(Backend backend, Gemm gemm, int threads) {}

    /** Prints samples, model, steps and memory in a line each. */
    public void print(PrintWriter out) {
        List<Parameter> parameters = plan.graph().parameters();
        long all = parameters.stream().mapToLong(Parameter::size).sum();
        long frozen = parameters.stream()
                .filter(parameter -> parameter.rank() == 2 && !parameter.trained())
                .mapToLong(Parameter::size)
                .sum();
        out.println("         " + samples);
        out.println("model    %s, hidden size %d, vocabulary of %,d, %,.1f million parameters%s, dropout %s"
                .formatted(
                        config.layout().text(),
                        config.hiddenSize(),
                        config.vocabSize(),
                        all / 1e6,
                        frozen == 0 ? "" : " (%,.1f million frozen)".formatted(frozen / 1e6),
                        config.hiddenDropoutProb()));
        out.println("run      %,d steps of %,d samples (%.2f epochs), learning rate %s after %,d steps of warm-up"
                .formatted(
                        settings.maxSteps(),
                        (long) batchSize * settings.gradientAccumulationSteps(),
                        epochs,
                        settings.learningRate(),
                        settings.warmupSteps()));
        warmupWarning().ifPresent(out::println);
        out.println("on       %s backend%s, %s, %,.0f MB off the heap%s"
                .formatted(
                        compute.backend.name(),
                        compute.gemm == Gemm.PANAMA ? "" : " with products by " + compute.gemm.text(),
                        Counted.of(compute.threads, "thread"),
                        memory().total() / 1e6,
                        recomputed.isEmpty() ? "" : ", computing layers " + recomputed + " twice"));
        out.println();
    }

    /** A line for a warm-up that goes on to the end, which is rarely meant. */
    private Optional<String> warmupWarning() {
        long steps = settings.maxSteps();
        return settings.warmupSteps() < steps
                ? Optional.empty()
                : Optional.of(
                        "warning: the warm-up of %,d steps is not over before the last step, %,d: the learning rate rises to %s only (--warmup-steps, --warmup-ratio)"
                                .formatted(
                                        settings.warmupSteps(),
                                        steps,
                                        settings.learningRate()
                                                * settings.schedule().at(steps - 1)));
    }

    private TrainingMemory memory() {
        TrainingMemory memory = TrainingMemory.of(
                plan,
                Parameters.elements(plan.graph().parameters()),
                compute.backend.elementType().bytes(),
                compute.backend.workspaceBytes());
        return savesInBackground ? memory.savingInBackground() : memory;
    }
}
