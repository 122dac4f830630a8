package org.narrowbert.model.training;

import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Alias;
import org.narrowbert.engine.graph.Into;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Operand;
import org.narrowbert.engine.plan.Plan;

/** Follows a plan op by op and remembers which values still lie unspoiled at their places: a second opinion on lifetimes. */
final class PlaceReader {
    private final Plan plan;
    private final Set<Operand> sound = new HashSet<>();

    private PlaceReader(Plan plan) {
        this.plan = plan;
    }

    /** The first op that reads a value another one has overwritten, in words; empty when there is none. */
    static Optional<String> firstSpoiledRead(Plan plan) {
        PlaceReader reader = new PlaceReader(plan);
        for (Op op : plan.forward()) {
            Optional<String> spoiled = reader.run(op);
            if (spoiled.isPresent()) {
                return spoiled;
            }
        }
        for (Activation output : plan.graph().outputs()) {
            reader.write((Activation) Objects.requireNonNull(plan.gradients().get(output)));
        }
        for (Op op : plan.backward()) {
            Optional<String> spoiled = reader.run(op);
            if (spoiled.isPresent()) {
                return spoiled;
            }
        }
        return Optional.empty();
    }

    private Optional<String> run(Op op) {
        for (Operand read : op.reads()) {
            if (read instanceof Activation && !sound.contains(read)) {
                return Optional.of(read + " is read by " + op);
            }
        }
        for (Operand added : accumulated(op)) {
            if (added instanceof Activation && !sound.contains(added)) {
                return Optional.of(added + " is added to by " + op);
            }
        }
        Set<Operand> operands = new HashSet<>(op.reads());
        operands.addAll(op.writes());
        for (Operand written : op.writes()) {
            for (Operand other : operands) {
                if (written instanceof Activation one
                        && other instanceof Activation two
                        && !one.equals(two)
                        && overlap(one, two)
                        && !mayShare(op, one, two)) {
                    return Optional.of(one + " and " + two + " lie at one place in " + op);
                }
            }
        }
        op.writes().forEach(written -> {
            if (written instanceof Activation activation) {
                write(activation);
            }
        });
        return Optional.empty();
    }

    private void write(Activation activation) {
        sound.removeIf(other -> other instanceof Activation placed && overlap(activation, placed));
        sound.add(activation);
    }

    private static boolean mayShare(Op op, Activation one, Activation other) {
        return op.aliases().contains(new Alias(one, other)) || op.aliases().contains(new Alias(other, one));
    }

    private boolean overlap(Activation one, Activation other) {
        long first = offset(one);
        long second = offset(other);
        return first < second + elements(other) && second < first + elements(one);
    }

    private long offset(Activation activation) {
        Map<Activation, Long> offsets = plan.memory().offsets();
        return Objects.requireNonNull(offsets.get(activation));
    }

    private long elements(Activation activation) {
        return (long) plan.limits().rows(activation.rows()) * activation.columns();
    }

    private static Set<Operand> accumulated(Op op) {
        Set<Operand> targets = new HashSet<>();
        for (RecordComponent component : op.getClass().getRecordComponents()) {
            try {
                if (component.getAccessor().invoke(op) instanceof Into into && into.accumulate()) {
                    targets.add(into.target());
                }
            } catch (ReflectiveOperationException error) {
                throw new LinkageError(component.toString(), error);
            }
        }
        return targets;
    }
}
