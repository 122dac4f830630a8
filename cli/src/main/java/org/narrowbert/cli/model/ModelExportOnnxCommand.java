package org.narrowbert.cli.model;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.narrowbert.cli.options.OutputFile;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.inference.SentenceSettings;
import org.narrowbert.model.onnx.LogitRows;
import org.narrowbert.model.onnx.OnnxExport;
import org.narrowbert.model.onnx.OnnxModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a saved model as an ONNX file. */
@Command(
        name = "export-onnx",
        description = "Writes a saved model as an ONNX file (operator set 17, float32, any batch and length), for ONNX"
                + " Runtime and others: inputs input_ids, attention_mask and token_type_ids.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  ./narrowbert model export-onnx --model runs/first --head mlm \\",
            "      --output-file model.onnx"
        })
final class ModelExportOnnxCommand implements Callable<Integer> {
    /** What the file computes. */
    enum Head {
        STATES,
        MLM,
        CLASSIFICATION,
        TOKENS,
        CHOICES,
        SPANS,
        EMBEDDING
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "A saved model: a Hugging Face directory.")
    private Path directory;

    @Option(names = "--output-file", required = true, paramLabel = "FILE", description = "The ONNX file to write.")
    private Path file;

    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    private boolean overwrite;

    @Option(
            names = "--head",
            paramLabel = "HEAD",
            defaultValue = "states",
            description = "states: last_hidden_state; mlm: logits of every token; classification: logits of each text;"
                    + " tokens: logits of each token by labels; choices: logits of each choice; spans: start_logits and"
                    + " end_logits of answers; embedding: sentence_embedding, as the model's folder says (default:"
                    + " ${DEFAULT-VALUE}).")
    private Head head;

    private ModelExportOnnxCommand() {
        directory = Path.of("");
        file = Path.of("");
        head = Head.STATES;
    }

    @Override
    public Integer call() {
        OutputFile.named("--output-file", file).check().refuseExisting(overwrite);
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(directory)) {
            OnnxModel model = model(saved);
            List<Parameter> needed = model.parameters();
            try (Backend backend = Backends.find().preferred().open(new BackendOptions(1));
                    Parameters parameters = Parameters.open(needed, backend)) {
                saved.load(parameters).requireComplete();
                model.write(file, parameters);
            }
            spec.commandLine()
                    .getOut()
                    .println("%s: %s, %s, %,d bytes"
                            .formatted(
                                    file,
                                    String.join(" and ", model.outputs()),
                                    saved.config().layout().withoutBrackets().text(),
                                    model.bytes()));
        }
        return 0;
    }

    private OnnxModel model(HuggingFaceDirectory saved) {
        BertConfig config = saved.config();
        return switch (head) {
            case STATES -> OnnxExport.states(config);
            case MLM -> OnnxExport.maskedLanguageModel(config, LogitRows.EVERY_TOKEN);
            case CLASSIFICATION -> OnnxExport.sequenceClassification(config, labels(saved));
            case TOKENS -> OnnxExport.tokenClassification(config, labels(saved));
            case CHOICES -> OnnxExport.multipleChoice(config);
            case SPANS -> OnnxExport.questionAnswering(config);
            case EMBEDDING -> OnnxExport.embedding(config, SentenceSettings.read(directory, config));
        };
    }

    private List<String> labels(HuggingFaceDirectory saved) {
        List<String> labels = ClassifierLabels.of(saved);
        if (labels.isEmpty()) {
            throw new RunError(directory + " has no classifier to export: neither config.json (id2label) nor"
                    + " classifier.bias tells of labels; fine-tune it first, or choose another --head");
        }
        return labels;
    }
}
