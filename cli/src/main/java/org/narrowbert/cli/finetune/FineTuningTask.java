package org.narrowbert.cli.finetune;

import java.util.List;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.finetuning.TaskBatches;
import org.narrowbert.model.finetuning.TaskData;
import org.narrowbert.model.finetuning.TaskModel;
import org.narrowbert.model.finetuning.TaskScorer;
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
    /** Whether the pretrained model's own head is one of the same labels, so that it is kept. */
    boolean keepsHead() {
        HeadConfig own = pretrained.configJson().head();
        HeadConfig wanted = model.headConfig();
        return own.plainArchitecture().equals(wanted.architecture())
                && own.labels().equals(wanted.labels());
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
