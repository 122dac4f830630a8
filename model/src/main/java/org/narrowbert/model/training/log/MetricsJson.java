package org.narrowbert.model.training.log;

import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.json.JsonFields;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A line of {@code metrics.jsonl} as JSON, its keys in Hugging Face's words. What depends on the clock stands in one object, {@code timing},
 * so that lines compare without it.
 */
final class MetricsJson {
    private static final String TIMING = "timing";
    private static final String SECONDS = "seconds";

    private MetricsJson() {}

    /** The line with its line end, in UTF-8. */
    static byte[] write(MetricsLine line) {
        ObjectNode json = StrictJson.object();
        json.put("step", line.step());
        json.put("epoch", line.epoch());
        switch (line) {
            case MetricsLine.Training training -> write(training, json);
            case MetricsLine.Evaluation evaluation -> write(evaluation, json);
        }
        return (json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void write(MetricsLine.Training line, ObjectNode json) {
        json.put("loss", line.loss());
        json.put("grad_norm", line.gradientNorm());
        json.put("learning_rate", line.learningRate());
        json.put("tokens", line.tokens());
        json.put("masked_tokens", line.maskedTokens());
        MetricsLine.Speed speed = line.speed();
        ObjectNode timing = json.putObject(TIMING);
        timing.put(SECONDS, rounded(speed.seconds(), 1e6));
        timing.put("tokens_per_second", rounded(speed.tokensPerSecond(), 10));
        timing.put("masked_tokens_per_second", rounded(speed.maskedTokensPerSecond(), 10));
        timing.put("flops_per_second", rounded(speed.flopsPerSecond(), 1));
        speed.shareOfPeak().ifPresent(share -> timing.put("share_of_peak", rounded(share, 1e4)));
    }

    private static void write(MetricsLine.Evaluation line, ObjectNode json) {
        json.put("eval_loss", line.loss());
        if (Double.isFinite(line.perplexity())) {
            json.put("eval_perplexity", line.perplexity());
        }
        line.accuracy().ifPresent(accuracy -> json.put("eval_masked_accuracy", accuracy));
        json.put("eval_masked_tokens", line.maskedTokens());
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
        if (line.has("eval_loss")) {
            double loss = quantity(line, "eval_loss");
            return new MetricsLine.Evaluation(
                    step,
                    epoch,
                    loss,
                    Math.exp(loss),
                    optional(line, "eval_masked_accuracy"),
                    count(line, "eval_masked_tokens"),
                    seconds);
        }
        return new MetricsLine.Training(
                step,
                epoch,
                quantity(line, "loss"),
                quantity(line, "grad_norm"),
                quantity(line, "learning_rate"),
                count(line, "tokens"),
                count(line, "masked_tokens"),
                new MetricsLine.Speed(
                        seconds,
                        quantity(timing, "tokens_per_second"),
                        quantity(timing, "masked_tokens_per_second"),
                        quantity(timing, "flops_per_second"),
                        optional(timing, "share_of_peak")));
    }

    private static OptionalDouble optional(JsonFields fields, String key) {
        return fields.has(key) ? OptionalDouble.of(quantity(fields, key)) : OptionalDouble.empty();
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
