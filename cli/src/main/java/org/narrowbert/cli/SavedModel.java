package org.narrowbert.cli;

import java.nio.file.Path;
import org.narrowbert.model.checkpoint.HuggingFaceWriter;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.tokenizer.TokenizerFiles;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.ModelWriter;

/**
 * A model in training as a Hugging Face directory: config.json, model.safetensors, the tokenizer's files, and token importance where the
 * layout has brackets.
 */
record SavedModel(MaskedLanguageTrainer trainer, Tokenizer tokenizer) implements ModelWriter {
    @Override
    public void writeFolder(Path folder) {
        writer().write(folder, true);
    }

    @Override
    public void writeInto(Path folder) {
        writer().writeInto(folder);
    }

    private HuggingFaceWriter writer() {
        HuggingFaceWriter writer = HuggingFaceWriter.of(ConfigJson.of(trainer.config()), trainer.parameters())
                .files(folder ->
                        TokenizerFiles.write(folder, tokenizer, trainer.config().maxPositionEmbeddings()));
        return trainer.importance()
                .map(importance -> writer.importance(importance.values()))
                .orElse(writer);
    }
}
