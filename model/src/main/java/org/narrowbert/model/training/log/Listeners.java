package org.narrowbert.model.training.log;

import java.util.List;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.SaveReport;
import org.narrowbert.model.training.StepReport;
import org.narrowbert.model.training.TrainingListener;
import org.narrowbert.model.training.TrainingReport;

/**
 * Several listeners as one.
 *
 * @param all told one after the other, in this order
 */
public record Listeners(List<TrainingListener> all) implements TrainingListener {
    public Listeners {
        all = List.copyOf(all);
    }

    /** These listeners in this order. */
    public static Listeners of(TrainingListener... listeners) {
        return new Listeners(List.of(listeners));
    }

    @Override
    public void stepped(StepReport report) {
        all.forEach(listener -> listener.stepped(report));
    }

    @Override
    public void logged(TrainingReport report) {
        all.forEach(listener -> listener.logged(report));
    }

    @Override
    public void evaluating(long blocksDone, long blocks) {
        all.forEach(listener -> listener.evaluating(blocksDone, blocks));
    }

    @Override
    public void evaluated(EvaluationReport report) {
        all.forEach(listener -> listener.evaluated(report));
    }

    @Override
    public void saving() {
        all.forEach(TrainingListener::saving);
    }

    @Override
    public void saved(SaveReport report) {
        all.forEach(listener -> listener.saved(report));
    }
}
