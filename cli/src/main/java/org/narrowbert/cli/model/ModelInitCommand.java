package org.narrowbert.cli.model;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.cli.options.NewModelOptions;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.cli.text.TokenizerOption;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.HuggingFaceWriter;
import org.narrowbert.model.data.text.WordNetCorpus;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a model that has learned nothing yet: what a run with the same options and seed starts from. */
@Command(
        name = "init",
        description =
                "Writes a new model with random weights, as a Hugging Face directory: the one that `pretrain` would"
                        + " start from. For measuring speed, or as a start for other programs.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example:", "  ./narrowbert model init --size base --seed 1 --output-dir runs/base"})
final class ModelInitCommand implements Callable<Integer> {
    private static final int BERT_VOCABULARY = 30_522;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--output-dir",
            required = true,
            paramLabel = "DIR",
            description = "A new or an empty folder for the model.")
    private Path outputDirectory;

    @Option(names = "--overwrite-output-dir", description = "Replace the folder if it exists.")
    private boolean overwrite;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Of the random weights (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--vocab-size",
            paramLabel = "N",
            description = "Number of token ids; those beyond the tokenizer's stand for no token (default: as many as"
                    + " --tokenizer has, without one 30,522, which are BERT's).")
    private Optional<Integer> vocabSize = Optional.empty();

    @Mixin
    private TokenizerOption tokenizerOption = new TokenizerOption();

    @Mixin
    private NewModelOptions model = new NewModelOptions();

    private ModelInitCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        OutputDirectory.check(outputDirectory, overwrite);
        try (Tokenizer tokenizer =
                        tokenizerOption.open(() -> WordNetCorpus.read().vocabulary());
                Backend backend = Backends.find().preferred().open(new BackendOptions(1))) {
            int ids = vocabSize.orElse(tokenizerOption.given() ? tokenizer.vocabularySize() : BERT_VOCABULARY);
            if (ids < tokenizer.vocabularySize()) {
                throw new UserError("--vocab-size " + ids + " is less than the " + tokenizer.vocabularySize()
                        + " tokens of the tokenizer: choose at least as many, or name another --tokenizer");
            }
            BertConfig config = model.config(ids, 1, tokenizer.specialTokens().pad());
            model.refuseUnused(config);
            try (Parameters parameters = Parameters.open(
                    MaskedLanguageModel.inference(config).graph().parameters(), backend)) {
                Initializer.initialize(parameters, config, seed);
                HuggingFaceWriter.of(ConfigJson.of(config), parameters)
                        .files(new ModelFiles(config, tokenizer))
                        .write(outputDirectory, overwrite);
                long weights =
                        parameters.list().stream().mapToLong(Parameter::size).sum();
                out.println("%s: %s, %d wide, %,d token ids, %,d weights, seed %d"
                        .formatted(outputDirectory, config.layout().text(), config.hiddenSize(), ids, weights, seed));
            }
        }
        return 0;
    }
}
