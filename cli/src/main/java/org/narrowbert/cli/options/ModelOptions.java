package org.narrowbert.cli.options;

import java.util.Optional;
import java.util.function.Consumer;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.BertConfigBuilder;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.encoder.ModelSize;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.layout.Presets;
import picocli.CommandLine.Option;

/** Options that describe a model that need not be there, under Hugging Face's names: all that says what it costs. */
public final class ModelOptions {
    /** Deep enough for two full and four narrow layers, small enough to learn within minutes on two cores. */
    private static final ModelShape DEFAULT_SHAPE = ModelShape.of(6, 256);

    private static final String TOKEN_KEEP = "--token-keep";

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            defaultValue = "sparse-queries-2",
            description = "bert, sparse-queries-K, context-first, token-dropping, or a layout of your own such as"
                    + " '{sf}2:{sf}4' (default: ${DEFAULT-VALUE}).")
    private String layout = "";

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            description = "tiny, mini, small, medium, base or large; without it 6 layers, 256 wide.")
    private Optional<String> size = Optional.empty();

    @Option(names = "--num-hidden-layers", paramLabel = "N", description = "Layers of a named layout.")
    private Optional<Integer> layers = Optional.empty();

    @Option(names = "--hidden-size", paramLabel = "N", description = "Columns of every activation.")
    private Optional<Integer> hiddenSize = Optional.empty();

    @Option(names = "--num-attention-heads", paramLabel = "N", description = "Heads (default: hidden size / 64).")
    private Optional<Integer> heads = Optional.empty();

    @Option(
            names = "--intermediate-size",
            paramLabel = "N",
            description = "Feed-forward columns (default: 4 x hidden).")
    private Optional<Integer> intermediateSize = Optional.empty();

    @Option(names = "--hidden-act", paramLabel = "NAME", description = "gelu (default), gelu_new, relu or silu.")
    private Optional<String> hiddenAct = Optional.empty();

    @Option(
            names = "--hidden-dropout-prob",
            paramLabel = "P",
            description = "Dropout of sublayer outputs (default: 0.1; 0 for the text that comes along).")
    private Optional<Double> hiddenDropout = Optional.empty();

    @Option(
            names = "--attention-probs-dropout-prob",
            paramLabel = "P",
            description = "Dropout of attention probabilities (default: the same).")
    private Optional<Double> attentionDropout = Optional.empty();

    @Option(
            names = "--max-position-embeddings",
            paramLabel = "N",
            description = "Longest sequence the model can ever take (default: the longer of 512 and --max-seq-length).")
    private Optional<Integer> maxPositions = Optional.empty();

    @Option(
            names = TOKEN_KEEP,
            paramLabel = "SHARE",
            description = "Share of a sequence's tokens that go on between brackets (default: 0.5).")
    private Optional<Double> tokenKeep = Optional.empty();

    /** What holds where nothing is told. */
    public ModelOptions() {}

    /**
     * The model that the options describe.
     *
     * @param vocabularySize number of token ids
     * @param maxSeqLength longest sequence of the run, in tokens
     */
    public BertConfig config(int vocabularySize, int maxSeqLength, int padTokenId) {
        return config(vocabularySize, maxSeqLength, padTokenId, BertConfig.DEFAULT_DROPOUT, builder -> {});
    }

    /**
     * The same with another default for both dropout probabilities.
     *
     * @param more says what other options tell
     */
    BertConfig config(
            int vocabularySize, int maxSeqLength, int padTokenId, double dropout, Consumer<BertConfigBuilder> more) {
        ModelShape shape = size.map(name -> ModelSize.named(name).shape()).orElse(DEFAULT_SHAPE);
        shape = shape.withLayers(positive("--num-hidden-layers", layers.orElse(shape.layers())));
        if (hiddenSize.isPresent()) {
            shape = shape.withHiddenSize(positive("--hidden-size", hiddenSize.get()));
        }
        if (heads.isPresent()) {
            shape = shape.withAttentionHeads(positive("--num-attention-heads", heads.get()));
        }
        if (intermediateSize.isPresent()) {
            shape = shape.withIntermediateSize(positive("--intermediate-size", intermediateSize.get()));
        }
        Layout parsed = Presets.layout(layout, shape.layers());
        if (layers.isPresent() && parsed.numHiddenLayers() != layers.get()) {
            throw new UserError("--num-hidden-layers is " + layers.get() + ", but the layout " + layout + " has "
                    + parsed.numHiddenLayers() + " layers: leave one of the two out");
        }
        BertConfigBuilder builder = BertConfig.builder(parsed, shape, vocabularySize)
                .padTokenId(padTokenId)
                .maxPositionEmbeddings(maxPositions.orElse(Math.max(512, maxSeqLength)));
        hiddenAct.ifPresent(name -> builder.hiddenAct(ActivationFunction.named(name)
                .orElseThrow(() -> new UserError(
                        "--hidden-act '" + name + "' is not known: choose gelu, gelu_new, relu or silu"))));
        builder.hiddenDropoutProb(hiddenDropout.orElse(dropout));
        builder.attentionProbsDropoutProb(attentionDropout.orElse(dropout));
        tokenKeep.ifPresent(builder::tokenKeep);
        more.accept(builder);
        BertConfig config = builder.build();
        if (maxSeqLength > config.maxPositionEmbeddings()) {
            throw new UserError("--max-seq-length " + maxSeqLength + " is longer than --max-position-embeddings "
                    + config.maxPositionEmbeddings() + ": the model has no embedding for the later positions");
        }
        return config;
    }

    /**
     * Refuses a share of tokens that brackets keep where the layout has none. What holds without being told is let pass: the record of a run
     * tells every option.
     */
    public void refuseUnused(BertConfig config) {
        refuseWithoutBrackets(TOKEN_KEEP, config.tokenKeep() != BertConfig.DEFAULT_TOKEN_KEEP, config);
    }

    /** Refuses an option of brackets in a layout without. */
    void refuseWithoutBrackets(String option, boolean told, BertConfig config) {
        if (told && !config.layout().hasBrackets()) {
            throw new UserError(option + " means nothing to --layout " + layout + ", which has no brackets: leave it"
                    + " out, or choose a layout such as token-dropping");
        }
    }

    private static int positive(String option, int value) {
        if (value < 1) {
            throw new UserError(option + " is " + value + ": it must be 1 or more");
        }
        return value;
    }
}
