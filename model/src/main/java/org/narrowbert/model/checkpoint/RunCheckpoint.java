package org.narrowbert.model.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.files.DiskRoom;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.files.DurableFolder;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder from which a run goes on as if it had never stopped: the model as {@link HuggingFaceWriter} writes it, so that a checkpoint can
 * be used as a model; optimizer.safetensors; and trainer_state.json with the run's progress and the checksums of all other files.
 *
 * @param folder where it lies
 * @param progress of the run
 */
public record RunCheckpoint(Path folder, RunProgress progress) {
    static final String STATE = "trainer_state.json";

    /**
     * Writes one: beside its place, forced to disk, then renamed.
     *
     * @param others writes the tokenizer's and other files into the folder it is given
     * @throws RunError when it cannot be written or the disk has too little room; what was there before is untouched
     */
    public static void write(Path folder, TrainingState state, RunProgress progress, Consumer<Path> others) {
        requireRoom(folder, state);
        DurableFolder.write(folder, true, files -> {
            model(state, others).writeInto(files);
            OptimizerFile.write(files, state);
            ObjectNode json = ProgressJson.write(progress);
            Checksums.of(files).writeTo(json);
            DurableFile.write(files.resolve(STATE), StrictJson.write(json));
        });
    }

    /**
     * Makes sure that a disk has room for a checkpoint.
     *
     * @param folder where it is to be written
     * @throws RunError naming what it takes and what is left
     */
    public static void requireRoom(Path folder, TrainingState state) {
        DiskRoom.require(folder, state.bytes());
    }

    /** The model of a state, for a folder of its own. */
    public static HuggingFaceWriter model(TrainingState state, Consumer<Path> others) {
        HuggingFaceWriter writer = HuggingFaceWriter.of(ConfigJson.of(state.config()), state.weights())
                .files(others);
        return state.importance().map(writer::importance).orElse(writer);
    }

    /**
     * Opens one and checks that each of its files is what was written.
     *
     * @throws RunError naming what is missing or changed
     */
    public static RunCheckpoint open(Path folder) {
        Path file = folder.resolve(STATE);
        if (!Files.isRegularFile(file)) {
            throw new RunError(folder + (Files.isDirectory(folder) ? " has no " + STATE : " does not exist")
                    + ": a checkpoint is a folder checkpoint-STEP that pretrain wrote");
        }
        ObjectNode json = StrictJson.readObject(file);
        RunProgress progress = ProgressJson.read(file, json);
        Checksums.read(file, json).verify(folder);
        return new RunCheckpoint(folder, progress);
    }

    /**
     * Copies weights and moments into parameters of the same model.
     *
     * @throws RunError when a tensor is missing or of another shape or type
     */
    public void read(TrainingState into) {
        try (HuggingFaceDirectory model = HuggingFaceDirectory.open(folder)) {
            model.load(into.weights()).requireComplete();
        }
        OptimizerFile.read(folder, into);
    }

    /** Token importance, [vocabulary], where the model's layout has brackets. */
    public Optional<float[]> importance() {
        try (HuggingFaceDirectory model = HuggingFaceDirectory.open(folder)) {
            return model.tokenImportance();
        }
    }
}
