package org.narrowbert.cli.finetune;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.narrowbert.cli.model.ClassifierLabels;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.finetuning.TaskModel;
import org.narrowbert.model.finetuning.TaskScorer;
import org.narrowbert.model.finetuning.batch.TaskBatches;
import org.narrowbert.model.finetuning.batch.TaskData;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.training.TrainingSettings;

/**
 * What is fine-tuned, for what, and on what. Owns nothing.
 *
 * @param pretrained the model that it starts from
 * @param task that it is fine-tuned for
 * @param sets the task's examples
 * @param model encoder and head
 * @param batches makes batches of samples
 * @param data the batches of the run
 * @param settings of the run
 * @param gemm who computes matrix products
 * @param seed of everything random
 * @param fingerprint of the samples of all sets
 */
record FineTuningTask(
        HuggingFaceDirectory pretrained,
        Tokenizer tokenizer,
        Task task,
        TaskSets sets,
        TaskModel model,
        TaskBatches batches,
        TaskData data,
        TrainingSettings settings,
        Gemm gemm,
        long seed,
        String fingerprint) {
    private static final int SHOWN = 10;

    /** Why the pretrained model's own head is not one for the task; empty where it is, so that it is kept. */
    Optional<String> whyOtherHead() {
        HeadConfig wanted = model.headConfig();
        String architecture = pretrained.configJson().head().plainArchitecture();
        if (!architecture.equals(wanted.architecture())) {
            return Optional.of("it is of " + architecture + ", and the task wants " + wanted.architecture());
        }
        return switch (task.kind()) {
            case SINGLE_LABEL, MULTI_LABEL, TOKEN_LABELS -> whyOtherLabels();
            case REGRESSION, MULTIPLE_CHOICE -> whyOtherColumns(WeightNames.CLASSIFIER);
            case QUESTION_ANSWERING -> whyOtherColumns(WeightNames.SPANS);
        };
    }

    private Optional<String> whyOtherLabels() {
        List<String> own = ClassifierLabels.of(pretrained);
        boolean areTheTasks = ClassifierLabels.areNameless(own)
                && own.size() == labels().size()
                && !task.labels().isEmpty();
        return own.equals(labels()) || areTheTasks
                ? Optional.empty()
                : Optional.of("its labels are " + shown(own) + ", those of the task are " + shown(labels()));
    }

    /** Columns without names: as many are the same. */
    private Optional<String> whyOtherColumns(String layer) {
        OptionalInt own = ClassifierLabels.columns(pretrained, layer);
        return own.isPresent() && own.getAsInt() == model.labels()
                ? Optional.empty()
                : Optional.of((own.isPresent() ? "it has " + own.getAsInt() + " columns" : "there is none")
                        + ", and the task wants one of " + model.labels());
    }

    private static String shown(List<String> labels) {
        return labels.size() <= SHOWN
                ? String.join(", ", labels)
                : String.join(", ", labels.subList(0, SHOWN)) + " and " + (labels.size() - SHOWN) + " more";
    }

    /** A scorer of a set's samples. */
    TaskScorer scorer(TaskSets.Part part, FineTuneOptions options) {
        return new TaskScorer(task, part.set(), part.samples(), options.answerRules(task));
    }

    /** The same, which tells what is good and what is bad as well. */
    TaskScorer detailedScorer(TaskSets.Part part, FineTuneOptions options) {
        return TaskScorer.detailed(task, part.set(), part.samples(), options.answerRules(task));
    }

    /** The labels' names. */
    List<String> labels() {
        return sets.training().set().labels();
    }
}
