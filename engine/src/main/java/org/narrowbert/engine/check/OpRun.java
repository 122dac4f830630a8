package org.narrowbert.engine.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Matrix;

/** One graph open on one backend, with parameters and inputs that the caller gives. */
public final class OpRun implements AutoCloseable {
    private static final StepPlace PLACE = new StepPlace(11, 3, 5);

    private final Graph graph;
    private final Parameters parameters;
    private final Parameters gradients;
    private final Session session;

    private OpRun(Graph graph, Parameters parameters, Parameters gradients, Session session) {
        this.graph = graph;
        this.parameters = parameters;
        this.gradients = gradients;
        this.session = session;
    }

    /** Opens a graph for batches up to the limits. */
    public static OpRun open(Graph graph, Extents limits, Backend backend) {
        return open(Plan.training(graph, limits), backend);
    }

    /** Opens a plan that trains. */
    public static OpRun open(Plan plan, Backend backend) {
        Graph graph = plan.graph();
        Parameters parameters = Parameters.open(graph.parameters(), backend);
        try {
            Parameters gradients = Parameters.open(graph.parameters(), backend);
            try {
                return new OpRun(graph, parameters, gradients, Session.training(plan, parameters, gradients, backend));
            } catch (RuntimeException | Error error) {
                gradients.close();
                throw error;
            }
        } catch (RuntimeException | Error error) {
            parameters.close();
            throw error;
        }
    }

    /**
     * Runs forward and backward.
     *
     * @param values of parameters and inputs and, under {@code "gradient of NAME"}, of the outputs' gradients, by name
     * @return outputs, gradients of inputs and of parameters, by name; gradients begin with {@code "gradient of "}
     */
    public Map<String, float[]> run(Batch batch, Map<String, float[]> values) {
        give(batch, values);
        Map<String, float[]> results = new LinkedHashMap<>();
        session.forward(batch, PLACE);
        for (Activation output : graph.outputs()) {
            results.put(output.name(), session.values(output).toArray());
            put(session.outputGradient(output), values, "gradient of " + output.name());
        }
        session.backward(batch, PLACE, false);
        for (Activation input : graph.inputs()) {
            results.put("gradient of " + input.name(), session.gradient(input).toArray());
        }
        for (Parameter parameter : graph.parameters()) {
            results.put(
                    "gradient of " + parameter.name(), gradients.of(parameter).toArray());
        }
        return results;
    }

    /** The sum over all outputs of output times its given gradient: the scalar whose gradients {@link #run} computes. */
    public double objective(Batch batch, Map<String, float[]> values) {
        give(batch, values);
        return objective(batch, values, List.of());
    }

    /** The same with one element of a parameter or input moved by a double, finer than float32 could. */
    public double objective(Batch batch, Map<String, float[]> values, String name, int index, double moved) {
        give(batch, values);
        return objective(batch, values, List.of(new Move(name, index, moved)));
    }

    private record Move(String name, int index, double by) {}

    private double objective(Batch batch, Map<String, float[]> values, List<Move> moves) {
        for (Move move : moves) {
            Matrix matrix = matrix(move.name());
            matrix.add(move.index() / matrix.columns(), move.index() % matrix.columns(), move.by());
        }
        session.forward(batch, PLACE);
        double sum = 0;
        for (Activation output : graph.outputs()) {
            Matrix result = session.values(output);
            float[] weights = values.getOrDefault("gradient of " + output.name(), new float[0]);
            for (int row = 0; row < result.rows(); row++) {
                for (int column = 0; column < result.columns(); column++) {
                    sum += result.get(row, column) * weights[row * result.columns() + column];
                }
            }
        }
        return sum;
    }

    /** Random values for all parameters, inputs and outputs' gradients of a graph, of magnitude about one. */
    public static Map<String, float[]> randomValues(Graph graph, Batch batch, RandomGenerator random) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Parameter parameter : graph.parameters()) {
            values.put(parameter.name(), gaussian(Math.toIntExact(parameter.size()), random));
        }
        for (Activation input : graph.inputs()) {
            values.put(input.name(), gaussian(batch.rows(input.rows()).count() * input.columns(), random));
        }
        for (Activation output : graph.outputs()) {
            values.put(
                    "gradient of " + output.name(),
                    gaussian(batch.rows(output.rows()).count() * output.columns(), random));
        }
        return values;
    }

    private static float[] gaussian(int count, RandomGenerator random) {
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }

    private void give(Batch batch, Map<String, float[]> values) {
        session.prepare(batch);
        for (Parameter parameter : graph.parameters()) {
            put(parameters.of(parameter), values, parameter.name());
        }
        for (Activation input : graph.inputs()) {
            put(session.values(input), values, input.name());
        }
    }

    private Matrix matrix(String name) {
        for (Activation input : graph.inputs()) {
            if (input.name().equals(name)) {
                return session.values(input);
            }
        }
        for (Parameter parameter : graph.parameters()) {
            if (parameter.name().equals(name)) {
                return parameters.of(parameter);
            }
        }
        throw new IllegalArgumentException("the graph has no input or parameter " + name);
    }

    private static void put(Matrix matrix, Map<String, float[]> values, String name) {
        float[] given = values.getOrDefault(name, new float[0]);
        if (given.length != matrix.size()) {
            throw new IllegalArgumentException(name + " has " + given.length + " values for " + matrix.shape());
        }
        matrix.copyFrom(java.lang.foreign.MemorySegment.ofArray(given));
    }

    @Override
    public void close() {
        session.close();
        gradients.close();
        parameters.close();
    }
}
