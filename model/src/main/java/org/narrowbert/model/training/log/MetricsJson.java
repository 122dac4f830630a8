package org.narrowbert.model.training.log;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.json.JsonFields;
import org.narrowbert.model.json.StrictJson;
import org.narrowbert.model.training.Predictions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A line of {@code metrics.jsonl} as JSON, its keys in Hugging Face's words. What depends on the clock stands in one object, {@code timing},
 * so that lines compare without it.
 */
final class MetricsJson {
    private static final String TIMING = "timing";
    private static final String SECONDS = "seconds";
    private static final String PER_SECOND = "_per_second";
    private static final String EVALUATION = "eval_";
    private static final String EVALUATION_LOSS = EVALUATION + "loss";

    private MetricsJson() {}

    /**
     * The line with its line end, in UTF-8.
     *
     * @param predictions what the losses are means over
     */
    static byte[] write(MetricsLine line, Predictions predictions) {
        ObjectNode json = StrictJson.object();
        json.put("step", line.step());
        json.put("epoch", line.epoch());
        switch (line) {
            case MetricsLine.Training training -> write(training, predictions.key(), json);
            case MetricsLine.Evaluation evaluation -> write(evaluation, predictions.key(), json);
        }
        return (json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void write(MetricsLine.Training line, String predictions, ObjectNode json) {
        json.put("loss", line.loss());
        json.put("grad_norm", line.gradientNorm());
        json.put("learning_rate", line.learningRate());
        json.put("tokens", line.tokens());
        json.put(predictions, line.predictions());
        MetricsLine.Speed speed = line.speed();
        ObjectNode timing = json.putObject(TIMING);
        timing.put(SECONDS, rounded(speed.seconds(), 1e6));
        timing.put("tokens_per_second", rounded(speed.tokensPerSecond(), 10));
        timing.put(predictions + PER_SECOND, rounded(speed.predictionsPerSecond(), 10));
        timing.put("flops_per_second", rounded(speed.flopsPerSecond(), 1));
        speed.shareOfPeak().ifPresent(share -> timing.put("share_of_peak", rounded(share, 1e4)));
    }

    private static void write(MetricsLine.Evaluation line, String predictions, ObjectNode json) {
        json.put(EVALUATION_LOSS, line.loss());
        line.metrics().forEach((name, value) -> json.put(EVALUATION + name, value));
        json.put(EVALUATION + predictions, line.predictions());
        json.putObject(TIMING).put(SECONDS, rounded(line.seconds(), 1e6));
    }

    /** A time or a rate to the digits that a clock can tell. */
    private static double rounded(double value, double parts) {
        return Math.rint(value * parts) / parts;
    }

    /**
     * Reads a line.
     *
     * @param where the file and the line that error messages name
     * @throws RunError when it is not a line that was written here
     */
    static MetricsLine read(String where, byte[] json) {
        JsonFields line = JsonFields.of(
                StrictJson.parseObject(where, json), (key, expected, found) -> notOurs(where, key, expected, found));
        JsonFields timing = line.object(TIMING);
        long step = count(line, "step");
        double epoch = quantity(line, "epoch");
        double seconds = quantity(timing, SECONDS);
        String predictions = predictions(line).key();
        if (line.has(EVALUATION_LOSS)) {
            double loss = quantity(line, EVALUATION_LOSS);
            Map<String, Double> metrics = new LinkedHashMap<>();
            for (String name : line.names()) {
                if (name.startsWith(EVALUATION)
                        && !name.equals(EVALUATION_LOSS)
                        && !name.equals(EVALUATION + predictions)) {
                    metrics.put(name.substring(EVALUATION.length()), finite(line, name));
                }
            }
            return new MetricsLine.Evaluation(
                    step, epoch, loss, metrics, count(line, EVALUATION + predictions), seconds);
        }
        return new MetricsLine.Training(
                step,
                epoch,
                quantity(line, "loss"),
                quantity(line, "grad_norm"),
                quantity(line, "learning_rate"),
                count(line, "tokens"),
                count(line, predictions),
                new MetricsLine.Speed(
                        seconds,
                        quantity(timing, "tokens_per_second"),
                        quantity(timing, predictions + PER_SECOND),
                        quantity(timing, "flops_per_second"),
                        optional(timing, "share_of_peak")));
    }

    private static OptionalDouble optional(JsonFields fields, String key) {
        return fields.has(key) ? OptionalDouble.of(quantity(fields, key)) : OptionalDouble.empty();
    }

    /** What a line's losses are means over, by the names that it has. */
    private static Predictions predictions(JsonFields line) {
        return line.has(Predictions.LABELS.key()) || line.has(EVALUATION + Predictions.LABELS.key())
                ? Predictions.LABELS
                : Predictions.MASKED_TOKENS;
    }

    private static double finite(JsonFields fields, String key) {
        return fields.number(key, Double::isFinite, "a number");
    }

    private static double quantity(JsonFields fields, String key) {
        return fields.number(key, value -> Double.isFinite(value) && value >= 0, "a number that is not negative");
    }

    private static long count(JsonFields fields, String key) {
        return fields.whole(key, value -> value >= 0, "a whole number that is not negative");
    }

    private static RunError notOurs(String where, String key, String expected, JsonNode value) {
        String found = value.isMissingNode() ? "there is none" : "it is " + StrictJson.show(value);
        return new RunError(
                where + " is not a line of a training log: '" + key + "' must be " + expected + ", but " + found);
    }
}
