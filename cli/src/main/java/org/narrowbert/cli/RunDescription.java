package org.narrowbert.cli;

import java.io.PrintWriter;
import java.util.Optional;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.plan.TrainingMemory;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.PretrainingData;
import org.narrowbert.model.training.TrainingSettings;

/**
 * What a run is about to do, for people.
 *
 * @param batchSize samples of a micro-batch
 * @param gemm who computes matrix products
 * @param threads that compute
 * @param savesInBackground whether memory holds a copy of weights and moments
 */
record RunDescription(
        MaskedLanguageTrainer trainer,
        TrainingSettings settings,
        PretrainingData data,
        Backend backend,
        int batchSize,
        Gemm gemm,
        int threads,
        boolean savesInBackground) {
    /** Prints text, model, steps and memory in a line each. */
    void print(PrintWriter out) {
        BertConfig config = trainer.config();
        long parameters = trainer.parameters().list().stream()
                .mapToLong(parameter -> parameter.size())
                .sum();
        out.println("         %,d %s to train on, %,d to validate with"
                .formatted(data.trainingSamples(), data.description(), data.validationSamples()));
        out.println("model    %s, hidden size %d, vocabulary of %,d, %,.1f million parameters, dropout %s"
                .formatted(
                        config.layout().text(),
                        config.hiddenSize(),
                        config.vocabSize(),
                        parameters / 1e6,
                        config.hiddenDropoutProb()));
        out.println("run      %,d steps of %,d samples (%.2f epochs), learning rate %s after %,d steps of warm-up"
                .formatted(
                        settings.maxSteps(),
                        (long) batchSize * settings.gradientAccumulationSteps(),
                        data.epochs(settings.maxSteps()),
                        settings.learningRate(),
                        settings.warmupSteps()));
        warmupWarning().ifPresent(out::println);
        LayerSet recomputed = trainer.options().recomputedLayers();
        out.println("on       %s backend%s, %d threads, %,.0f MB off the heap%s"
                .formatted(
                        backend.name(),
                        gemm == Gemm.PANAMA ? "" : " with products by " + gemm.text(),
                        threads,
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
        Plan plan = trainer.plan();
        TrainingMemory memory = TrainingMemory.of(
                plan,
                Parameters.elements(plan.graph().parameters()),
                backend.elementType().bytes(),
                backend.workspaceBytes());
        return savesInBackground ? memory.savingInBackground() : memory;
    }
}
