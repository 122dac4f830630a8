package org.narrowbert.cli.model;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.tokenizer.TokenizerFiles;

/** The files that lie beside a model's weights: the tokenizer's. */
public record ModelFiles(BertConfig config, Tokenizer tokenizer) implements Consumer<Path> {
    @Override
    public void accept(Path folder) {
        TokenizerFiles.write(folder, tokenizer, config.maxPositionEmbeddings());
    }
}
