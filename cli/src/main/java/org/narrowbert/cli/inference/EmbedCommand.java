package org.narrowbert.cli.inference;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.cli.exit.Interrupts;
import org.narrowbert.cli.options.ComputeOptions;
import org.narrowbert.cli.options.GemmOptions;
import org.narrowbert.cli.options.NarrowingOptions;
import org.narrowbert.cli.terminal.Counted;
import org.narrowbert.cli.terminal.Progress;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.data.text.DocumentFile;
import org.narrowbert.model.data.text.ReadingOptions;
import org.narrowbert.model.data.text.Texts;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.inference.EmbeddingOutput;
import org.narrowbert.model.inference.SentenceEncoder;
import org.narrowbert.model.inference.SentenceSettings;
import org.narrowbert.model.inference.TextEmbedder;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a vector of each given text, or of each text of a file. */
@Command(
        name = "embed",
        description =
                "Makes a vector of each text that is given, or of each text of a file, in their order: a line of JSON"
                        + " (embedding) or a row of NumPy's .npy each. Files of any size are read bit by bit.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert embed \"A man is playing a guitar.\"",
            "  ./narrowbert embed --model all-MiniLM-L6-v2 --input-file texts.txt \\",
            "      --output-file vectors.npy",
            "  ./narrowbert embed --model runs/first --pooling cls \\",
            "      --input-file texts.jsonl.gz --output-file vectors.jsonl"
        })
public final class EmbedCommand implements Callable<Integer> {
    private static final int MOST_BATCH_TOKENS = 1 << 20;
    private static final String TEXT_COLUMN = "--text-column";
    private static final List<String> COLUMNS = List.of(".csv", ".tsv", ".tab");

    /** Whether vectors are brought to length one. */
    enum Normalizing {
        AUTO,
        ON,
        OFF
    }

    @Spec
    private CommandSpec spec;

    @picocli.CommandLine.Parameters(
            paramLabel = "TEXT",
            arity = "0..*",
            description = "Texts whose vectors are printed; or give --input-file and --output-file.")
    private List<String> given = new ArrayList<>();

    @Mixin
    private PretrainedModelOptions model = new PretrainedModelOptions();

    @Option(
            names = "--input-file",
            paramLabel = "FILE",
            description = "One text a line; JSON Lines (.jsonl) or Parquet with a field 'text'; text and JSON Lines"
                    + " also as .gz or .zst.")
    private Optional<Path> input = Optional.empty();

    @Mixin
    private EmbeddingFile output = new EmbeddingFile();

    @Option(
            names = TEXT_COLUMN,
            paramLabel = "NAME",
            defaultValue = ReadingOptions.TEXT_COLUMN,
            description = "The field or column with the text (default: ${DEFAULT-VALUE}).")
    private String textColumn = "";

    @Option(
            names = "--pooling",
            paramLabel = "cls|mean|max",
            description = "The vector is the last state of [CLS], or the mean or the maximum of all tokens' (default:"
                    + " what 1_Pooling/config.json says, else mean).")
    private Optional<SentenceSettings.Pooling> pooling = Optional.empty();

    @Option(
            names = "--normalize",
            paramLabel = "auto|on|off",
            defaultValue = "auto",
            description = "Bring vectors to length one; auto: where modules.json says so (default: ${DEFAULT-VALUE}).")
    private Normalizing normalizing;

    @Option(
            names = "--max-batch-tokens",
            paramLabel = "N",
            defaultValue = "4096",
            description = "Tokens that are computed together at most; the vectors do not depend on it (default:"
                    + " ${DEFAULT-VALUE}).")
    private int maxBatchTokens;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private GemmOptions products = new GemmOptions();

    @Mixin
    private NarrowingOptions narrowing = new NarrowingOptions();

    private EmbedCommand() {
        normalizing = Normalizing.AUTO;
    }

    @Override
    public Integer call() {
        if (maxBatchTokens < 1 || maxBatchTokens > MOST_BATCH_TOKENS) {
            throw new UserError("--max-batch-tokens is " + maxBatchTokens + ": choose from 1 to " + MOST_BATCH_TOKENS);
        }
        if (given.isEmpty() == input.isEmpty()) {
            throw new UserError(
                    given.isEmpty()
                            ? "there is nothing to embed: give a text, or --input-file and --output-file"
                            : "a text is given, and --input-file " + input.orElseThrow() + ": leave out one of them");
        }
        input.filter(EmbedCommand::hasColumns).ifPresent(file -> {
            throw new UserError("--input-file " + file + " is a table by its name, and one text a line, JSON Lines or"
                    + " Parquet is read: save its column of texts as one of these");
        });
        for (String text : given) {
            if (!Texts.areSound(text)) {
                throw new UserError("a text has NUL or half a surrogate pair, which is no text: mend it");
            }
        }
        Optional<EmbeddingOutput.Format> format = input.map(output::check);
        if (format.isEmpty()) {
            output.requireNone();
        }
        refuseUnusedColumn();
        model.check();
        compute.check();
        products.check(compute);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        // What is printed beside vectors goes where nobody takes it for one.
        PrintWriter notes = input.isPresent() ? out : err;
        Path directory = model.folder(err);
        try (Interrupts interrupts = Interrupts.listen(err);
                HuggingFaceDirectory saved = HuggingFaceDirectory.open(directory);
                Tokenizer tokenizer = Tokenizer.open(directory);
                Backend backend = compute.open(
                        products.forInference(
                                compute,
                                () -> EncoderStates.of(saved.config()).graph(),
                                saved.config().maxPositionEmbeddings(),
                                narrowing.narrowing(),
                                notes),
                        products.precision());
                Parameters parameters =
                        Parameters.open(EncoderStates.of(saved.config()).graph().parameters(), backend)) {
            SentenceSettings settings = settings(directory, saved.config());
            saved.load(parameters).requireComplete();
            try (SentenceEncoder encoder = new SentenceEncoder(
                    saved.config(), settings, narrowing.narrowing(), parameters, tokenizer, backend)) {
                if (input.isEmpty()) {
                    print(encoder, settings, out, err);
                    return 0;
                }
                try (Texts texts = Texts.open(input.get(), textColumn);
                        PackedWeights _ = encoder.keepPacked();
                        EmbeddingOutput file =
                                EmbeddingOutput.open(output.path(), format.orElseThrow(), encoder.columns())) {
                    interrupts.whileWriting(check ->
                            embed(new TextEmbedder(encoder, maxBatchTokens), texts, file, settings, check, out));
                }
            }
        }
        return 0;
    }

    /** Refuses the name of a column where there is none. */
    private void refuseUnusedColumn() {
        if (spec.commandLine().getParseResult().hasMatchedOption(TEXT_COLUMN)
                && !input.map(Texts::haveColumns).orElse(false)) {
            throw new UserError(TEXT_COLUMN + " is for JSON Lines and Parquet, and "
                    + input.map(file -> "--input-file " + file + " is a text a line")
                            .orElse("a text is given")
                    + ": leave it out");
        }
    }

    /** Whether a file's lines are no texts, but rows with a head. */
    private static boolean hasColumns(Path file) {
        String name = DocumentFile.of(file).name();
        return COLUMNS.stream().anyMatch(name::endsWith);
    }

    /** The given texts' vectors, a line each. */
    private void print(SentenceEncoder encoder, SentenceSettings settings, PrintWriter out, PrintWriter err) {
        // Only weights that are kept are rounded, or quantized.
        boolean keeps = given.size() > 1 || products.precision() != OperandPrecision.FLOAT32;
        try (PackedWeights _ = keeps ? encoder.keepPacked() : PackedWeights.NONE) {
            for (String text : given) {
                SentenceEncoder.Tokens tokens = encoder.tokens(text);
                float[] vector = encoder.embeddings(List.of(tokens.ids())).getFirst();
                TextEmbedder.requireNumbers(vector);
                out.println(EmbeddingOutput.json(vector));
                if (tokens.cut()) {
                    err.println("a text had more than %,d tokens, the model's most: only the first tokens count"
                            .formatted(settings.maxTokens()));
                }
            }
        }
    }

    private SentenceSettings settings(Path directory, BertConfig config) {
        SentenceSettings settings = pooling.map(chosen -> SentenceSettings.read(directory, config, chosen))
                .orElseGet(() -> SentenceSettings.read(directory, config));
        return switch (normalizing) {
            case AUTO -> settings;
            case ON -> settings.normalized(true);
            case OFF -> settings.normalized(false);
        };
    }

    private void embed(
            TextEmbedder embedder,
            Texts texts,
            EmbeddingOutput file,
            SentenceSettings settings,
            Runnable check,
            PrintWriter out) {
        long begun = System.nanoTime();
        TextEmbedder.Summary done;
        try (Progress progress = Progress.open(out, "embedding", texts.bytes())) {
            done = embedder.embed(texts, file, bytes -> {
                check.run();
                progress.update(bytes, "bytes");
            });
        }
        file.commit();
        double seconds = (System.nanoTime() - begun) * 1e-9;
        out.println("%s: %s of %,d numbers, %s of the last states%s"
                .formatted(
                        output.path(),
                        Counted.of(done.texts(), "vector"),
                        embedder.encoder().columns(),
                        switch (settings.pooling()) {
                            case CLS -> "[CLS]";
                            case MEAN -> "the mean";
                            case MAX -> "the maximum";
                        },
                        settings.normalized() ? ", of length one" : ""));
        out.println("%,d tokens in %.1f s: %,.1f texts/s, %,.0f tokens/s"
                .formatted(done.tokens(), seconds, done.texts() / seconds, done.tokens() / seconds));
        if (done.cut() > 0) {
            out.println(
                    "%,d of %,d texts had more than %,d tokens, the model's most: of these only the first tokens count"
                            .formatted(done.cut(), done.texts(), settings.maxTokens()));
        }
    }
}
