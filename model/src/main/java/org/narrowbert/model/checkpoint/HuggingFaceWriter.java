package org.narrowbert.model.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.tensor.SafeTensorsWriter;
import org.narrowbert.model.checkpoint.tensor.WeightFormat;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.files.DurableFolder;
import org.narrowbert.model.files.FileProblem;

/**
 * Writes a model's folder: config.json, model.safetensors with float32 weights under Hugging Face's names, and what else is given. A model
 * of a layout {@code {sf}L:} is what Hugging Face's BertForMaskedLM loads; its decoder is tied to the word embeddings and not written.
 */
public final class HuggingFaceWriter {
    private final ConfigJson config;
    private final Parameters parameters;
    private final List<Consumer<Path>> others = new ArrayList<>();
    private Optional<float[]> importance = Optional.empty();

    private HuggingFaceWriter(ConfigJson config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
    }

    /** A model to be written; the parameters' values are looked at when it is. */
    public static HuggingFaceWriter of(ConfigJson config, Parameters parameters) {
        return new HuggingFaceWriter(config, parameters);
    }

    /**
     * Adds importance.safetensors.
     *
     * @param values [vocabulary]
     */
    public HuggingFaceWriter importance(float[] values) {
        importance = Optional.of(values);
        return this;
    }

    /** Adds other files, the tokenizer's for one: {@code writer} writes them into the folder it is given. */
    public HuggingFaceWriter files(Consumer<Path> writer) {
        others.add(writer);
        return this;
    }

    /**
     * Writes a new folder: beside its place, forced to disk, then renamed.
     *
     * @param overwrite whether a model's folder of this name is replaced
     * @throws org.narrowbert.engine.error.UserError when the folder exists and may not be replaced
     * @throws org.narrowbert.engine.error.RunError when it cannot be written; what was there before is untouched
     */
    public void write(Path folder, boolean overwrite) {
        if (overwrite) {
            DurableFolder.replace(folder, HuggingFaceDirectory::isOfModel, this::writeFiles);
        } else {
            DurableFolder.write(folder, this::writeFiles);
        }
    }

    /**
     * Writes into a folder that holds other things, a run's logs for one. Each file is replaced as a whole, the weights last.
     *
     * @throws org.narrowbert.engine.error.RunError when it cannot be written
     */
    public void writeInto(Path folder) {
        try {
            Files.createDirectories(folder);
            if (importance.isEmpty()) {
                Files.deleteIfExists(folder.resolve(HuggingFaceDirectory.IMPORTANCE));
            }
        } catch (IOException error) {
            throw FileProblem.writing(folder, error);
        }
        writeFiles(folder);
    }

    private void writeFiles(Path folder) {
        others.forEach(writer -> writer.accept(folder));
        importance.ifPresent(values -> new SafeTensorsWriter()
                .floats(HuggingFaceDirectory.TOKEN_IMPORTANCE, values)
                .write(folder.resolve(HuggingFaceDirectory.IMPORTANCE)));
        DurableFile.write(folder.resolve(HuggingFaceDirectory.CONFIG), config.bytes());
        SafeTensorsWriter weights = new SafeTensorsWriter();
        for (Parameter parameter : parameters.list()) {
            weights.floats(parameter.name(), parameters.of(parameter), parameter.shape());
        }
        weights.write(folder.resolve(WeightFormat.SAFETENSORS.single()));
    }
}
