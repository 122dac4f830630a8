package org.narrowbert.model.checkpoint.run;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;

/** Room for a copy of a model's weights and moments, so that they can be written while training goes on. Owns it. */
public final class TrainingSnapshot implements AutoCloseable {
    private final List<Parameters> copies;

    private TrainingSnapshot(List<Parameters> copies) {
        this.copies = copies;
    }

    /** Allocates room for the parameters of a model and both moments. */
    public static TrainingSnapshot open(List<Parameter> parameters, Backend backend) {
        List<Parameters> copies = new ArrayList<>();
        try {
            for (int copy = 0; copy < 3; copy++) {
                copies.add(Parameters.open(parameters, backend));
            }
            return new TrainingSnapshot(copies);
        } catch (RuntimeException | Error error) {
            copies.forEach(Parameters::close);
            throw error;
        }
    }

    /** Copies a state; the copy holds until the next call. */
    public TrainingState take(TrainingState live) {
        copies.get(0).copyFrom(live.weights());
        copies.get(1).copyFrom(live.firstMoment());
        copies.get(2).copyFrom(live.secondMoment());
        return new TrainingState(
                live.config(), copies.get(0), copies.get(1), copies.get(2), live.updates(), live.importance());
    }

    @Override
    public void close() {
        copies.forEach(Parameters::close);
    }
}
