package org.narrowbert.cli.options;

import java.util.Optional;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.BertConfigBuilder;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that describe a new model and how it begins and is trained, under Hugging Face's names. */
public final class NewModelOptions {
    private static final String TOKEN_KEEP_RANDOM = "--token-keep-random";
    private static final String TOKEN_IMPORTANCE_BETA = "--token-importance-beta";

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = TOKEN_KEEP_RANDOM,
            paramLabel = "SHARE",
            description = "Share of these tokens that chance chooses instead of importance: 1 for all (default: 0).")
    private Optional<Double> tokenKeepRandom = Optional.empty();

    @Option(
            names = TOKEN_IMPORTANCE_BETA,
            paramLabel = "B",
            description = "Decay of the running average that is a token's importance (default: 0.995).")
    private Optional<Double> tokenImportanceBeta = Optional.empty();

    @Option(
            names = "--initializer-range",
            paramLabel = "S",
            description = "Standard deviation of new weights (default: 0.02).")
    private Optional<Double> initializerRange = Optional.empty();

    /** What holds where nothing is told. */
    public NewModelOptions() {}

    /**
     * The model that the options describe.
     *
     * @param vocabularySize number of token ids
     * @param maxSeqLength longest sequence of the run, in tokens
     */
    public BertConfig config(int vocabularySize, int maxSeqLength, int padTokenId) {
        return config(vocabularySize, maxSeqLength, padTokenId, BertConfig.DEFAULT_DROPOUT);
    }

    /** The same with another default for both dropout probabilities. */
    public BertConfig config(int vocabularySize, int maxSeqLength, int padTokenId, double dropout) {
        return model.config(vocabularySize, maxSeqLength, padTokenId, dropout, this::add);
    }

    private void add(BertConfigBuilder builder) {
        initializerRange.ifPresent(builder::initializerRange);
        tokenKeepRandom.ifPresent(builder::tokenKeepRandom);
        tokenImportanceBeta.ifPresent(builder::tokenImportanceBeta);
    }

    /** Refuses what the layout leaves without meaning, unless it holds without being told: the record of a run tells every option. */
    public void refuseUnused(BertConfig config) {
        model.refuseUnused(config);
        model.refuseWithoutBrackets(TOKEN_KEEP_RANDOM, config.tokenKeepRandom() != 0, config);
        model.refuseWithoutBrackets(
                TOKEN_IMPORTANCE_BETA,
                config.tokenImportanceBeta() != BertConfig.DEFAULT_TOKEN_IMPORTANCE_BETA,
                config);
    }
}
