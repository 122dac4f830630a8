package org.narrowbert.cli.model;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.tokenizer.TokenizerFiles;

/**
 * The files that lie beside a model's weights: the tokenizer's.
 *
 * @param maxTokens of a text, special tokens included: what the model takes, or was fine-tuned with
 */
public record ModelFiles(int maxTokens, Tokenizer tokenizer) implements Consumer<Path> {
    /** Of a model that takes texts as long as its positions. */
    public ModelFiles(BertConfig config, Tokenizer tokenizer) {
        this(config.maxPositionEmbeddings(), tokenizer);
    }

    @Override
    public void accept(Path folder) {
        TokenizerFiles.write(folder, tokenizer, maxTokens);
    }
}
