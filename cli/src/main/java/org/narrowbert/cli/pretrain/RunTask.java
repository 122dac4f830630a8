package org.narrowbert.cli.pretrain;

import java.util.Optional;
import org.narrowbert.cli.run.SameRun;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.data.corpus.PreparedCorpus;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.tokenizer.SpecialTokens;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.training.PretrainingData;
import org.narrowbert.model.training.TrainingSettings;

/**
 * What is to be trained, and on what. Owns nothing.
 *
 * @param tokenizer of the text
 * @param config the model
 * @param text as tokens
 * @param data the text's batches
 * @param settings of the run
 * @param gemm who computes matrix products
 * @param checkpoint where the run goes on from; empty when it starts
 */
record RunTask(
        Tokenizer tokenizer,
        BertConfig config,
        PreparedCorpus text,
        PretrainingData data,
        TrainingSettings settings,
        Gemm gemm,
        Optional<RunCheckpoint> checkpoint) {
    /**
     * Refuses to go on from the checkpoint of another run than that which is told.
     *
     * @throws org.narrowbert.engine.error.UserError when its text or its seed is another
     */
    void requireSameRun(long seed) {
        checkpoint.ifPresent(from -> SameRun.require(
                from,
                text.fingerprint(),
                seed,
                "text than that in " + text.folder()
                        + ": name the same text, split and tokenizer as when the run began"));
    }

    /** How much each token matters so far, where the layout has brackets. */
    Optional<TokenImportance> importance() {
        if (!config.layout().hasBrackets()) {
            return Optional.empty();
        }
        SpecialTokens special = tokenizer.specialTokens();
        int[] always = {special.unk(), special.cls(), special.sep(), special.mask()};
        return Optional.of(checkpoint
                .flatMap(RunCheckpoint::importance)
                .map(values -> TokenImportance.of(values, config.tokenImportanceBeta(), always, special.pad()))
                .orElseGet(() -> TokenImportance.untrained(
                        config.vocabSize(), config.tokenImportanceBeta(), always, special.pad())));
    }
}
