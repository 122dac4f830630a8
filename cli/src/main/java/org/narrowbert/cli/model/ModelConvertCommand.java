package org.narrowbert.cli.model;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.model.checkpoint.ConvertedModel;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.checkpoint.HuggingFaceWriter;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.inference.SentenceFiles;
import org.narrowbert.model.inference.SentenceSettings;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.layout.Presets;
import org.narrowbert.model.tokenizer.TokenizerFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a saved model anew: as safetensors, under another layout, as a sentence encoder. */
@Command(
        name = "convert",
        description =
                "Writes a saved model as a new Hugging Face directory with model.safetensors in float32; by --layout"
                        + " a BERT becomes the start of a NarrowBERT, or the other way round; by --pooling a directory that"
                        + " sentence-transformers loads.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert model convert --model bert-base-uncased \\",
            "      --layout sparse-queries-2 --output-dir runs/narrow-start",
            "  ./narrowbert model convert --model runs/mine --pooling mean --normalize \\",
            "      --output-dir runs/sentences"
        })
final class ModelConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description =
                    "A saved model: a Hugging Face directory with model.safetensors or pytorch_model.bin, whole or in"
                            + " shards.")
    private Path directory;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description = "The new model's layout, or its name: " + Presets.NAMES + ". It has as many attention and"
                    + " feed-forward sublayers as the model: the i-th of each takes the weights of the i-th (default:"
                    + " the model's).")
    private Optional<String> layout = Optional.empty();

    @Option(
            names = "--pooling",
            paramLabel = "cls|mean|max",
            description = "Add the files by which sentence-transformers knows a sentence encoder that pools so.")
    private Optional<SentenceSettings.Pooling> pooling = Optional.empty();

    @Option(names = "--normalize", description = "With --pooling: vectors are brought to length one.")
    private boolean normalize;

    @Option(
            names = "--max-seq-length",
            paramLabel = "N",
            description = "With --pooling: longer texts are cut to so many tokens (default: what the model's"
                    + " sentence_bert_config.json says, else its positions).")
    private Optional<Integer> maxSeqLength = Optional.empty();

    @Option(names = "--output-dir", required = true, paramLabel = "DIR", description = "Folder for the new model.")
    private Path outputDirectory;

    @Option(names = "--overwrite-output-dir", description = "Replace the folder if it exists.")
    private boolean overwrite;

    private ModelConvertCommand() {
        directory = Path.of("");
        outputDirectory = Path.of("");
    }

    @Override
    public Integer call() {
        if (pooling.isEmpty() && (normalize || maxSeqLength.isPresent())) {
            throw new UserError((normalize ? "--normalize" : "--max-seq-length")
                    + " is about a sentence encoder's vectors: add --pooling cls, mean or max");
        }
        if (Files.exists(outputDirectory)
                && Files.exists(directory)
                && outputDirectory
                        .toAbsolutePath()
                        .normalize()
                        .equals(directory.toAbsolutePath().normalize())) {
            throw new UserError("--output-dir " + outputDirectory + " is the model itself: name another folder");
        }
        OutputDirectory.check(outputDirectory, overwrite);
        PrintWriter out = spec.commandLine().getOut();
        try (HuggingFaceDirectory source = HuggingFaceDirectory.open(directory);
                Backend backend = Backends.find().preferred().open(new BackendOptions(1))) {
            Layout before = source.config().layout();
            Layout after = layout.map(
                            name -> Presets.layout(name, source.config().numHiddenLayers()))
                    .orElse(before);
            Optional<SentenceSettings> sentences = sentences(source.config());
            try (ConvertedModel converted = ConvertedModel.open(source, after, backend)) {
                HuggingFaceWriter writer = converted.writer().files(this::copyTokenizer);
                sentences
                        .map(settings -> writer.files(folder -> SentenceFiles.write(
                                folder, settings, source.config().hiddenSize())))
                        .orElseGet(() -> writer.files(folder -> SentenceFiles.copy(directory, folder)))
                        .write(outputDirectory, overwrite);
                report(out, source, before, after, converted);
            }
        }
        return 0;
    }

    private Optional<SentenceSettings> sentences(BertConfig config) {
        return pooling.map(chosen -> {
            SentenceSettings settings = SentenceSettings.read(directory, config, chosen);
            int tokens = maxSeqLength.orElse(settings.maxTokens());
            if (tokens < 2 || tokens > config.maxPositionEmbeddings()) {
                throw new UserError("--max-seq-length is " + tokens + ": choose from 2 to the model's "
                        + config.maxPositionEmbeddings() + " positions");
            }
            return new SentenceSettings(tokens, chosen, normalize);
        });
    }

    private void copyTokenizer(Path folder) {
        TokenizerFiles.copy(directory, folder);
    }

    private void report(
            PrintWriter out, HuggingFaceDirectory source, Layout before, Layout after, ConvertedModel converted) {
        long weights =
                converted.weights().list().stream().mapToLong(Parameter::size).sum();
        out.println("%s: %s, %s%s, %d wide, %,d weights in %d tensors, float32"
                .formatted(
                        outputDirectory,
                        converted.config().head().architecture(),
                        after.text(),
                        before.equals(after) ? "" : " (was " + before.text() + ")",
                        source.config().hiddenSize(),
                        weights,
                        converted.weights().list().size()));
        List<String> leftOut = converted.leftOut();
        if (!leftOut.isEmpty()) {
            out.println("left out, since they are no weights of the model: " + String.join(", ", leftOut));
        }
        if (TokenizerFiles.NAMES.stream().noneMatch(name -> Files.exists(directory.resolve(name)))) {
            out.println(directory + " has no tokenizer, so that the new folder has none: give one by --tokenizer where"
                    + " a command takes it");
        }
    }
}
