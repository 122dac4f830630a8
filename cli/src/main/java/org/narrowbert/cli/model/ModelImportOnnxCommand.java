package org.narrowbert.cli.model;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.inference.SentenceSettings.Pooling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a model's folder with what an ONNX file holds. */
@Command(
        name = "import-onnx",
        description = "Reads a BERT encoder from an ONNX file, as the usual tools export it, and writes it as a Hugging"
                + " Face directory.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  ./narrowbert model import-onnx --onnx-file bge-small-en-v1.5.onnx \\",
            "      --pooling cls --normalize on --output-dir bge-small-en-v1.5"
        })
final class ModelImportOnnxCommand implements Callable<Integer> {
    private static final int MOST_NAMED = 5;

    /** Whether vectors are brought to length one. */
    enum Normalizing {
        ON,
        OFF
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--onnx-file",
            required = true,
            paramLabel = "FILE",
            description = "The model: float32, not quantised.")
    private Path onnxFile;

    @Option(
            names = "--tokenizer-file",
            paramLabel = "FILE",
            description = "Its tokenizer.json or vocab.txt (default: the one beside it, or a folder above).")
    private Optional<Path> tokenizerFile = Optional.empty();

    @Option(names = "--output-dir", required = true, paramLabel = "DIR", description = "Folder for the model.")
    private Path outputDirectory;

    @Option(names = "--overwrite-output-dir", description = "Replace the folder if it exists.")
    private boolean overwrite;

    @Option(
            names = "--num-attention-heads",
            paramLabel = "N",
            description = "Heads of every attention (default: what the graph says).")
    private Optional<Integer> heads = Optional.empty();

    @Option(
            names = "--pooling",
            paramLabel = "cls|mean|max",
            description = "Write sentence-transformers' files as well: `embed` then makes vectors so.")
    private Optional<Pooling> pooling = Optional.empty();

    @Option(
            names = "--normalize",
            paramLabel = "on|off",
            description = "With --pooling: bring vectors to length one (default: off).")
    private Optional<Normalizing> normalizing = Optional.empty();

    @Option(
            names = "--max-seq-length",
            paramLabel = "N",
            description = "With --pooling: tokens after which a text is cut (default: the model's positions).")
    private Optional<Integer> maxTokens = Optional.empty();

    private ModelImportOnnxCommand() {
        onnxFile = Path.of("");
        outputDirectory = Path.of("");
    }

    @Override
    public Integer call() {
        if (pooling.isEmpty() && (normalizing.isPresent() || maxTokens.isPresent())) {
            throw new UserError((normalizing.isPresent() ? "--normalize" : "--max-seq-length")
                    + " says how vectors of texts are made: add --pooling");
        }
        heads.filter(number -> number < 1).ifPresent(number -> {
            throw new UserError("--num-attention-heads is " + number + ": choose 1 or more");
        });
        OutputDirectory.check(outputDirectory, overwrite);
        Path tokenizer = tokenizerFile
                .or(() -> OnnxImport.tokenizerOf(onnxFile))
                .orElseThrow(() -> new UserError("there is no tokenizer.json or vocab.txt with " + onnxFile
                        + ": name the model's by --tokenizer-file"));
        OnnxImport.Imported imported = new OnnxImport(
                        onnxFile,
                        tokenizer,
                        heads,
                        pooling.map(mode -> new OnnxImport.Sentences(
                                mode, normalizing.filter(Normalizing.ON::equals).isPresent(), maxTokens)))
                .write(outputDirectory, true);
        tell(imported, spec.commandLine().getOut());
        return 0;
    }

    private void tell(OnnxImport.Imported imported, PrintWriter out) {
        BertConfig config = imported.config().config();
        out.println("%s: %s, %s, %d wide, %d heads, %s, %,d token ids"
                .formatted(
                        outputDirectory,
                        imported.config().head().architecture(),
                        config.layout().text(),
                        config.hiddenSize(),
                        config.numAttentionHeads(),
                        config.hiddenAct().hiddenAct(),
                        config.vocabSize()));
        if (!imported.leftOut().isEmpty()) {
            int more = imported.leftOut().size() - MOST_NAMED;
            out.println("left out, no part of a model that is known here: "
                    + String.join(
                            ", ",
                            imported.leftOut()
                                    .subList(
                                            0,
                                            Math.min(
                                                    MOST_NAMED,
                                                    imported.leftOut().size())))
                    + (more > 0 ? " and " + more + " more" : ""));
        }
    }
}
