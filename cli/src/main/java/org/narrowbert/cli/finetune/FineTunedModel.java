package org.narrowbert.cli.finetune;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.FrozenLayers;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.finetuning.ExampleEncoder;
import org.narrowbert.model.finetuning.TaskBatches;
import org.narrowbert.model.finetuning.TaskHeads;
import org.narrowbert.model.finetuning.TaskModel;
import org.narrowbert.model.finetuning.TaskPredictor;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.TaskKind;
import org.narrowbert.model.tokenizer.Tokenizer;

/**
 * A fine-tuned model's folder, opened to answer. Owns its parameters, its tokenizer and the backend.
 *
 * @param task that it answers
 * @param labels names of its labels; empty where the task has none
 * @param batches makes batches of its samples
 * @param encoder makes samples of examples
 */
record FineTunedModel(
        Task task,
        List<String> labels,
        TaskBatches batches,
        ExampleEncoder encoder,
        TaskPredictor predictor,
        Tokenizer tokenizer,
        Parameters parameters,
        Backend backend)
        implements AutoCloseable {
    /** Labels of which config.json only says how many there are. */
    private static final String NAMELESS = "LABEL_";

    /**
     * Opens a folder.
     *
     * @throws RunError when it has no such head, or cannot be read
     */
    static FineTunedModel open(Path folder, PredictionOptions options, PrintWriter out) {
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(folder)) {
            BertConfig config =
                    saved.config().withLayout(saved.config().layout().withoutBrackets());
            HeadConfig head = saved.configJson().head();
            Task task = options.task(head);
            List<String> labels = labels(folder, task, head);
            TaskModel model = TaskHeads.model(config, task, labels, FrozenLayers.NONE);
            Narrowing narrowing = options.narrowing();
            Tokenizer tokenizer = Tokenizer.open(folder);
            Backend backend = options.open(config, out);
            Parameters parameters =
                    Parameters.open(TaskPredictor.head(model, narrowing).graph().parameters(), backend);
            FineTunedModel opened = new FineTunedModel(
                    task,
                    labels,
                    new TaskBatches(task.kind(), model.labels(), new double[0]),
                    options.sequences().encoder(task, config, tokenizer),
                    new TaskPredictor(model, narrowing, parameters, backend),
                    tokenizer,
                    parameters,
                    backend);
            try {
                List<String> missing = saved.load(parameters).missing();
                if (!missing.isEmpty()) {
                    throw new RunError(folder + " has no weights for " + missing.getFirst()
                            + ": it is not fine-tuned for " + task.name() + "; './narrowbert finetune' does that");
                }
                return opened;
            } catch (RuntimeException | Error failure) {
                opened.close();
                throw failure;
            }
        }
    }

    private static List<String> labels(Path folder, Task task, HeadConfig head) {
        TaskKind kind = task.kind();
        boolean hasNames =
                kind == TaskKind.SINGLE_LABEL || kind == TaskKind.MULTI_LABEL || kind == TaskKind.TOKEN_LABELS;
        if (!hasNames) {
            return List.of();
        }
        boolean nameless = head.labels().stream().allMatch(label -> label.startsWith(NAMELESS));
        List<String> labels = nameless && !task.labels().isEmpty() ? task.labels() : head.labels();
        if (labels.isEmpty()) {
            throw new RunError(folder + " has no labels in its config.json (id2label): it is not fine-tuned for "
                    + task.name() + "; './narrowbert finetune' does that");
        }
        return labels;
    }

    @Override
    public void close() {
        try (backend;
                tokenizer) {
            parameters.close();
        }
    }
}
