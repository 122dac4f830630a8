package org.narrowbert.cli.finetune;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.narrowbert.cli.model.ClassifierLabels;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.FrozenLayers;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.finetuning.AnswerRules;
import org.narrowbert.model.finetuning.TaskHeads;
import org.narrowbert.model.finetuning.TaskModel;
import org.narrowbert.model.finetuning.TaskPredictor;
import org.narrowbert.model.finetuning.batch.TaskBatches;
import org.narrowbert.model.finetuning.sample.ExampleEncoder;
import org.narrowbert.model.inference.ModelFit;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.tokenizer.Tokenizer;

/**
 * A fine-tuned model's folder, opened to answer. Owns its parameters, its tokenizer and the backend.
 *
 * @param task that it answers
 * @param labels names of its labels; empty where the task has none
 * @param model encoder and head
 * @param encoder makes samples of examples
 * @param rules how answers are chosen
 */
record FineTunedModel(
        Task task,
        List<String> labels,
        TaskModel model,
        ExampleEncoder encoder,
        AnswerRules rules,
        TaskPredictor predictor,
        Tokenizer tokenizer,
        Parameters parameters,
        Backend backend)
        implements AutoCloseable {
    /**
     * Opens a folder.
     *
     * @throws RunError when it has no such head, or cannot be read
     */
    static FineTunedModel open(Path folder, PredictionOptions options, PrintWriter out) {
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(folder)) {
            BertConfig config =
                    saved.config().withLayout(saved.config().layout().withoutBrackets());
            Task task = options.task(saved, note -> out.println("note: " + note));
            List<String> labels = labels(saved, task);
            TaskModel model = TaskHeads.model(config, task, labels, FrozenLayers.NONE);
            TunedWith tuned = TunedWith.of(folder);
            AnswerRules rules = options.sequences().answerRules(task, tuned);
            Narrowing narrowing = options.narrowing();
            return made(Tokenizer.open(folder), tokenizer -> {
                ModelFit.requireTokens(tokenizer, config);
                ExampleEncoder encoder = options.sequences().encoder(task, config, tokenizer, tuned);
                return made(
                        options.open(config, out),
                        backend -> made(parameters(model, narrowing, backend), all -> {
                            load(saved, all, task);
                            TaskPredictor predictor = new TaskPredictor(model, narrowing, all, backend);
                            return new FineTunedModel(
                                    task, labels, model, encoder, rules, predictor, tokenizer, all, backend);
                        }));
            });
        }
    }

    /** What is made of something that is to be closed: at once, if nothing comes of it. */
    private static <R extends AutoCloseable> FineTunedModel made(R opened, Function<R, FineTunedModel> use) {
        try {
            return use.apply(opened);
        } catch (RuntimeException | Error failure) {
            try {
                opened.close();
            } catch (Exception second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    private static Parameters parameters(TaskModel model, Narrowing narrowing, Backend backend) {
        return Parameters.open(TaskPredictor.head(model, narrowing).graph().parameters(), backend);
    }

    private static void load(HuggingFaceDirectory saved, Parameters parameters, Task task) {
        List<String> missing = saved.load(parameters).missing();
        if (missing.isEmpty()) {
            return;
        }
        List<String> ofEncoder =
                missing.stream().filter(name -> !HeadTensors.isOfHead(name)).toList();
        if (!ofEncoder.isEmpty()) {
            throw new RunError(saved.folder() + " has no weights for " + ofEncoder.getFirst()
                    + (ofEncoder.size() > 1 ? " and " + (ofEncoder.size() - 1) + " more" : "")
                    + ", which the layout in its config.json needs: the weights are incomplete, or of another model");
        }
        throw new RunError(saved.folder() + " has no weights for " + missing.getFirst() + ": it is not fine-tuned for "
                + task.name() + "; './narrowbert finetune' does that");
    }

    private static List<String> labels(HuggingFaceDirectory saved, Task task) {
        TaskKind kind = task.kind();
        boolean hasNames =
                kind == TaskKind.SINGLE_LABEL || kind == TaskKind.MULTI_LABEL || kind == TaskKind.TOKEN_LABELS;
        if (!hasNames) {
            return List.of();
        }
        List<String> own = ClassifierLabels.of(saved);
        List<String> labels =
                ClassifierLabels.areNameless(own) && !task.labels().isEmpty() ? task.labels() : own;
        if (labels.isEmpty()) {
            throw new RunError(saved.folder() + " has no labels, neither in its config.json (id2label) nor by a"
                    + " classifier among its weights: it is not fine-tuned for " + task.name()
                    + "; './narrowbert finetune' does that");
        }
        return labels;
    }

    /** Makes batches of its samples. */
    TaskBatches batches() {
        return new TaskBatches(task.kind(), model.labels(), new double[0]);
    }

    /**
     * A set with its samples.
     *
     * @param notices told how many texts were cut
     * @throws RunError when it has no examples, or some that the model cannot take
     */
    TaskSets.Part part(String name, LabelledSet<?> set, Consumer<String> notices) {
        TaskSets.requireFit(set, model.config());
        return TaskSets.part(name, set, encoder, notices);
    }

    @Override
    public void close() {
        try (backend;
                tokenizer) {
            parameters.close();
        }
    }
}
