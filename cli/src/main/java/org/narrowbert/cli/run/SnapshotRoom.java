package org.narrowbert.cli.run;

import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.model.checkpoint.run.TrainingSnapshot;

/**
 * Room for a copy of weights and moments where checkpoints are written in the background. Owns it.
 *
 * @param snapshot empty where training waits for checkpoints
 */
record SnapshotRoom(Optional<TrainingSnapshot> snapshot) implements AutoCloseable {
    static SnapshotRoom open(boolean inBackground, List<Parameter> parameters, Backend backend) {
        return new SnapshotRoom(
                inBackground ? Optional.of(TrainingSnapshot.open(parameters, backend)) : Optional.empty());
    }

    @Override
    public void close() {
        snapshot.ifPresent(TrainingSnapshot::close);
    }
}
