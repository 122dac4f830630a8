package org.narrowbert.model.checkpoint.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.narrowbert.model.checkpoint.CheckpointFolders;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.checkpoint.HuggingFaceWriter;
import org.narrowbert.model.files.DiskRoom;
import org.narrowbert.model.files.DurableFolder;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder from which a run goes on as if it had never stopped: the model as {@link HuggingFaceWriter} writes it, so that a checkpoint can
 * be used as a model; optimizer.safetensors; and trainer_state.json with the run's progress and the checksums of all files.
 *
 * @param folder where it lies
 * @param progress of the run
 */
public record RunCheckpoint(Path folder, RunProgress progress) {
    /**
     * Writes one: beside its place, forced to disk, then renamed.
     *
     * @param others writes the tokenizer's and other files into the folder it is given
     * @throws org.narrowbert.engine.error.RunError when it cannot be written or the disk has too little room; what was there before is untouched
     */
    public static void write(Path folder, TrainingState state, RunProgress progress, Consumer<Path> others) {
        requireRoom(folder, state);
        DurableFolder.replace(folder, files -> {
            model(state, others).writeInto(files);
            OptimizerFile.write(files, state);
            ObjectNode json = ProgressJson.write(progress);
            Checksums.of(files).writeTo(json);
            StateFile.write(files, json);
        });
    }

    /**
     * Makes sure that a disk has room for a checkpoint.
     *
     * @param folder where it is to be written
     * @throws org.narrowbert.engine.error.RunError naming what it takes and what is left
     */
    public static void requireRoom(Path folder, TrainingState state) {
        DiskRoom.require(folder, state.bytes());
    }

    /** The model of a state, for a folder of its own. */
    public static HuggingFaceWriter model(TrainingState state, Consumer<Path> others) {
        HuggingFaceWriter writer =
                HuggingFaceWriter.of(state.config(), state.weights()).files(others);
        return state.importance().map(writer::importance).orElse(writer);
    }

    /** Whether a folder says that it is one, whole or not. */
    public static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(StateFile.NAME));
    }

    /**
     * Opens one and checks that each of its files is what was written.
     *
     * @throws org.narrowbert.engine.error.RunError naming what is missing or changed, or cannot be read
     */
    public static RunCheckpoint open(Path folder) {
        return check(folder).orElseThrow();
    }

    /**
     * Reads one and checks that it stands at its place and each of its files is what was written.
     *
     * @throws org.narrowbert.engine.error.RunError when a file of it is there but cannot be read
     */
    static Checked<RunCheckpoint> check(Path folder) {
        Path file = folder.resolve(StateFile.NAME);
        return StateFile.read(folder).then(json -> {
            RunCheckpoint found = new RunCheckpoint(folder, ProgressJson.read(file, json));
            return Checked.of(
                    found, found.misplaced().or(() -> Checksums.read(file, json).damage(folder)));
        });
    }

    /** Whether one was saved only because its run stopped there; one that is damaged counts as any other. */
    static boolean isInterim(Path folder) {
        return switch (StateFile.read(folder)) {
            case Checked.Whole<ObjectNode>(ObjectNode json) ->
                ProgressJson.read(folder.resolve(StateFile.NAME), json).interim();
            case Checked.Damaged<ObjectNode> _ -> false;
        };
    }

    /** That the folder is named for another step. A folder that someone gave a name of its own may be of any. */
    private Optional<String> misplaced() {
        return CheckpointFolders.step(folder.toAbsolutePath().normalize())
                .filter(step -> step != progress.step())
                .map(_ -> folder + " holds the checkpoint of step " + progress.step()
                        + ": give the folder the name that it had");
    }

    /**
     * Copies weights and moments into parameters of the same model.
     *
     * @throws org.narrowbert.engine.error.RunError when a tensor is missing or of another shape or type
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
