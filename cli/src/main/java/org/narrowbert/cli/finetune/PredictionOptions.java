package org.narrowbert.cli.finetune;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.narrowbert.cli.options.ComputeOptions;
import org.narrowbert.cli.options.GemmOptions;
import org.narrowbert.cli.options.NarrowingOptions;
import org.narrowbert.cli.options.Ranges;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.TaskFiles;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that run a fine-tuned model on a task's files. */
final class PredictionOptions {
    private static final int BATCH = 8;

    @Option(
            names = {"--model", "--model-name-or-path"},
            paramLabel = "DIR",
            required = true,
            description = "A fine-tuned model: a Hugging Face directory.")
    private Path model;

    @Mixin
    private TaskOptions task = new TaskOptions();

    @Mixin
    private TaskSequenceOptions sequences = new TaskSequenceOptions();

    @Option(
            names = "--per-device-eval-batch-size",
            paramLabel = "N",
            defaultValue = "" + BATCH,
            description = "Examples of a batch; changes no answer (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private GemmOptions products = new GemmOptions();

    @Mixin
    private NarrowingOptions narrowing = new NarrowingOptions();

    PredictionOptions() {
        model = Path.of("");
    }

    /** Refuses wrong options before anything is read. */
    void check() {
        compute.check();
        products.check(compute);
        batchSize();
    }

    /** The model's folder. */
    Path model() {
        return model;
    }

    /** The task that the options name, or that the model was fine-tuned for. */
    Task task(HuggingFaceDirectory saved, Consumer<String> notices) {
        Task found = task.task(saved, notices);
        sequences.check(found);
        return found;
    }

    /** The files of the task's folder. */
    TaskFiles files(Task of) {
        return task.files(of);
    }

    int batchSize() {
        return Ranges.atLeastOne("--per-device-eval-batch-size", batchSize);
    }

    /** How examples become sequences. */
    TaskSequenceOptions sequences() {
        return sequences;
    }

    /** How few rows are computed. */
    Narrowing narrowing() {
        return narrowing.narrowing();
    }

    /** Starts the backend; the caller closes it. */
    Backend open(BertConfig config, PrintWriter out) {
        return compute.open(
                products.forInference(
                        compute,
                        () -> EncoderStates.of(config).graph(),
                        config.maxPositionEmbeddings(),
                        narrowing.narrowing(),
                        out),
                products.precision());
    }
}
