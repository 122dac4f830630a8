package org.narrowbert.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.narrowbert.cli.config.EffectiveConfig;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.training.PretrainingSettings;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a pretraining run was told, as its folder keeps it: {@code training_args.yaml}, which {@code --config} reads. A run that is resumed takes
 * from it what it is not told anew.
 */
final class RunRecord {
    private static final String CHECKPOINT = "checkpoint-";

    /**
     * What changes neither the weights nor the figures of a step; and who computes products, which changes their last bits, because a machine may
     * lack the library that the run began with.
     */
    private static final Set<String> MAY_CHANGE = Set.of(
            "output-dir",
            "max-steps",
            "max-train-time",
            "threads",
            "gemm",
            "logging-steps",
            "save-steps",
            "save-total-limit",
            "save-in-background");

    private RunRecord() {}

    /**
     * The record of the run that a command resumes, if there is one: the run's own, or that of a checkpoint which was taken out of its run.
     *
     * @param resumed the run's folder, or a checkpoint
     */
    static Optional<Path> find(Path resumed) {
        Path folder = resumed.toAbsolutePath().normalize();
        boolean isCheckpoint = Optional.ofNullable(folder.getFileName())
                .map(Path::toString)
                .orElse("")
                .startsWith(CHECKPOINT);
        Path own = folder.resolve(RunConfig.FILE);
        return Stream.of(isCheckpoint ? folder.resolveSibling(RunConfig.FILE) : own, own)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * All options of a run, with what was worked out for those that nobody told.
     *
     * @param batchSize blocks of a micro-batch
     * @param maxSeqLength tokens of a block
     * @param backend the name of the backend
     * @param gemm who computes matrix products, which "auto" was decided to be
     */
    static RunConfig of(
            CommandSpec command,
            BertConfig model,
            PretrainingSettings settings,
            int batchSize,
            int maxSeqLength,
            String backend,
            Gemm gemm) {
        Map<String, Object> worked = new HashMap<>();
        worked.put("max-seq-length", maxSeqLength);
        worked.put("num-hidden-layers", model.numHiddenLayers());
        worked.put("hidden-size", model.hiddenSize());
        worked.put("num-attention-heads", model.numAttentionHeads());
        worked.put("intermediate-size", model.intermediateSize());
        worked.put("hidden-act", model.hiddenAct().hiddenAct());
        worked.put("hidden-dropout-prob", model.hiddenDropoutProb());
        worked.put("attention-probs-dropout-prob", model.attentionProbsDropoutProb());
        worked.put("max-position-embeddings", model.maxPositionEmbeddings());
        worked.put("initializer-range", model.initializerRange());
        worked.put("token-keep", model.tokenKeep());
        worked.put("token-keep-random", model.tokenKeepRandom());
        worked.put("token-importance-beta", model.tokenImportanceBeta());
        worked.put("per-device-train-batch-size", batchSize);
        worked.put("max-steps", settings.maxSteps());
        worked.put("warmup-steps", settings.warmupSteps());
        worked.put("eval-steps", settings.intervals().evaluation());
        worked.put("backend", backend);
        worked.put("gemm", gemm.text());
        return EffectiveConfig.of(command).with(worked);
    }

    /** Writes the record into a run's folder. */
    static void write(RunConfig told, Path folder) {
        told.write(
                folder.resolve(RunConfig.FILE),
                "what the run was told; to repeat it: ./narrowbert pretrain --config FILE --output-dir DIR");
    }

    /**
     * Refuses to resume a run as another one.
     *
     * @param record what the run was told when it began
     * @throws UserError naming the options that differ, with both values
     */
    static void refuseDifferences(RunConfig told, Path record) {
        List<RunConfig.Difference> differences = told.differences(RunConfig.read(record), MAY_CHANGE);
        if (!differences.isEmpty()) {
            String all = String.join(
                    "; ", differences.stream().map(RunConfig.Difference::text).toList());
            throw new UserError("cannot resume the run of " + Objects.requireNonNull(record.getParent()) + ": " + all
                    + ". Leave out what differs, or begin another run");
        }
    }
}
