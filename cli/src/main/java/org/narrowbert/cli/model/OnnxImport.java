package org.narrowbert.cli.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.HuggingFaceWriter;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.inference.SentenceFiles;
import org.narrowbert.model.inference.SentenceSettings;
import org.narrowbert.model.onnx.reading.OnnxEncoder;
import org.narrowbert.model.tokenizer.Tokenizer;

/**
 * Makes a model's folder of an ONNX file and a tokenizer.
 *
 * @param onnxFile the encoder
 * @param tokenizerFile tokenizer.json or vocab.txt
 * @param numAttentionHeads which the graph tells where nothing is given
 * @param sentences how the model makes vectors of texts, if it does
 */
public record OnnxImport(
        Path onnxFile, Path tokenizerFile, Optional<Integer> numAttentionHeads, Optional<Sentences> sentences) {
    /** How vectors are made of texts; no longest text is as long as the model's positions. */
    public record Sentences(SentenceSettings.Pooling pooling, boolean normalized, Optional<Integer> maxTokens) {
        SentenceSettings settings(BertConfig config) {
            int positions = config.maxPositionEmbeddings();
            int most = maxTokens.orElse(positions);
            if (most < 2 || most > positions) {
                throw new UserError(
                        "--max-seq-length is " + most + ", allowed is 2 to the model's " + positions + " positions");
            }
            return new SentenceSettings(most, pooling, normalized);
        }
    }

    /** The tokenizer that lies with an ONNX file, by the names that are usual. */
    static Optional<Path> tokenizerOf(Path onnxFile) {
        String name = String.valueOf(onnxFile.getFileName()).replaceFirst("\\.onnx$", "");
        Path folder = onnxFile.toAbsolutePath().resolveSibling("");
        // The usual place of an export within a model's folder is onnx/model.onnx.
        Path above = folder.resolveSibling("");
        return Stream.concat(
                        Stream.of(name + "-tokenizer.json", "tokenizer.json", "vocab.txt")
                                .map(folder::resolve),
                        Stream.of("tokenizer.json", "vocab.txt").map(above::resolve))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** What came of it. */
    public record Imported(ConfigJson config, List<String> leftOut) {}

    /**
     * Writes the folder, all of it or nothing.
     *
     * @throws RunError when a file cannot be read or is not a BERT's
     */
    public Imported write(Path folder, boolean overwrite) {
        OnnxEncoder encoder = numAttentionHeads
                .map(heads -> OnnxEncoder.read(onnxFile, heads))
                .orElseGet(() -> OnnxEncoder.read(onnxFile));
        try (Tokenizer tokenizer = Tokenizer.open(tokenizerFile);
                Backend backend = Backends.find().preferred().open(new BackendOptions(1));
                Parameters parameters = Parameters.open(encoder.parameters(), backend)) {
            int tokens = tokenizer.vocabularySize();
            if (tokens > encoder.config().vocabSize()) {
                throw new RunError(tokenizerFile + " has " + tokens + " tokens, but " + onnxFile + " has embeddings of "
                        + encoder.config().vocabSize() + ": they do not belong together");
            }
            BertConfig config = encoder.config().toBuilder()
                    .padTokenId(tokenizer.specialTokens().pad())
                    .build();
            Optional<SentenceSettings> settings = sentences.map(told -> told.settings(config));
            encoder.load(parameters);
            ConfigJson json = ConfigJson.of(config, encoder.head());
            HuggingFaceWriter.of(json, parameters)
                    .files(new ModelFiles(config, tokenizer))
                    .files(files -> settings.ifPresent(told -> SentenceFiles.write(files, told, config.hiddenSize())))
                    .write(folder, overwrite);
            return new Imported(json, encoder.leftOut());
        }
    }
}
