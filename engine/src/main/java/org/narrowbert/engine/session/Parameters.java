package org.narrowbert.engine.session;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;

/**
 * One value for every element of a model's parameters, in one buffer: the weights themselves, their gradients, or one of the optimizer's
 * moments. Matrices come first, then vectors, so that what weight decay applies to is one run of elements; those of a stack follow each other. Owns
 * the buffer.
 */
public final class Parameters implements AutoCloseable {
    private final Map<String, Matrix> views;
    private final List<Parameter> parameters;
    private final long decayedElements;
    private final Buffer buffer;

    private Parameters(Map<String, Matrix> views, List<Parameter> parameters, long decayedElements, Buffer buffer) {
        this.views = views;
        this.parameters = parameters;
        this.decayedElements = decayedElements;
        this.buffer = buffer;
    }

    /** Allocates zeros for the given parameters. */
    public static Parameters open(List<Parameter> parameters, Backend backend) {
        Map<Parameter, Long> offsets = new LinkedHashMap<>();
        long end = place(parameters, true, 0, offsets);
        if (end > Integer.MAX_VALUE) {
            throw new UserError("a model of " + end + " weights is too large: at most " + Integer.MAX_VALUE
                    + " fit, choose a smaller size");
        }
        long decayed = end;
        end = place(parameters, false, end, offsets);
        Set<String> names = new HashSet<>();
        for (Parameter parameter : offsets.keySet()) {
            if (!names.add(parameter.name())) {
                throw new IllegalArgumentException("two parameters are called " + parameter.name());
            }
        }
        Buffer buffer = backend.allocate(end);
        Map<String, Matrix> views = new LinkedHashMap<>();
        offsets.forEach((parameter, offset) ->
                views.put(parameter.name(), Matrix.dense(buffer, offset, parameter.rows(), parameter.columns())));
        return new Parameters(views, List.copyOf(parameters), decayed, buffer);
    }

    /** Elements that so many parameters take. */
    public static long elements(List<Parameter> parameters) {
        Map<Parameter, Long> offsets = new LinkedHashMap<>();
        return place(parameters, false, place(parameters, true, 0, offsets), offsets);
    }

    private static long place(List<Parameter> parameters, boolean decayed, long end, Map<Parameter, Long> offsets) {
        for (Parameter parameter : parameters) {
            if (parameter.decayed() == decayed && !offsets.containsKey(parameter)) {
                for (Parameter beside : parameter.stack().isEmpty() ? List.of(parameter) : parameters) {
                    if (beside.decayed() == decayed
                            && beside.rank() == parameter.rank()
                            && beside.stack().equals(parameter.stack())) {
                        offsets.put(beside, end);
                        end += beside.size();
                    }
                }
            }
        }
        return end;
    }

    /** The parameters, in the graph's order. */
    public List<Parameter> list() {
        return parameters;
    }

    /** A parameter's values, [rows, columns]; a vector is [1, columns]. */
    public Matrix of(Parameter parameter) {
        Matrix view = views.get(parameter.name());
        if (view == null || view.rows() != parameter.rows() || view.columns() != parameter.columns()) {
            throw new IllegalArgumentException("there is no parameter " + parameter);
        }
        return view;
    }

    /**
     * The values of parameters that follow each other, one below the other as [sum of rows, columns]; vectors side by side as [1, sum of
     * columns].
     */
    public Matrix of(List<Parameter> stack) {
        Matrix first = of(stack.getFirst());
        long end = first.offset();
        int rows = 0;
        int columns = 0;
        for (Parameter parameter : stack) {
            Matrix view = of(parameter);
            if (view.offset() != end) {
                throw new IllegalArgumentException("something lies between " + stack.getFirst() + " and " + parameter);
            }
            end += parameter.size();
            rows += parameter.rows();
            columns += parameter.columns();
        }
        return stack.getFirst().rank() == 1
                ? Matrix.dense(buffer, first.offset(), 1, columns)
                : Matrix.dense(buffer, first.offset(), rows, first.columns());
    }

    /** All values that weight decay applies to, as one row. */
    public Matrix decayed() {
        return Matrix.dense(buffer, 0, 1, Math.toIntExact(decayedElements));
    }

    /** All other values, as one row. */
    public Matrix undecayed() {
        return Matrix.dense(buffer, decayedElements, 1, Math.toIntExact(buffer.elements() - decayedElements));
    }

    /** What one element is. */
    public ElementType elementType() {
        return buffer.elementType();
    }

    /** Takes all values of other parameters of the same model and element type. */
    public void copyFrom(Parameters other) {
        if (!other.parameters.equals(parameters) || other.elementType() != elementType()) {
            throw new IllegalArgumentException("values of another model or element type");
        }
        buffer.segment().copyFrom(other.buffer.segment());
    }

    /** Size in bytes. */
    public long bytes() {
        return buffer.bytes();
    }

    @Override
    public void close() {
        buffer.close();
    }
}
