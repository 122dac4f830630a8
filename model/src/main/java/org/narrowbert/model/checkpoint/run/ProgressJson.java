package org.narrowbert.model.checkpoint.run;

import java.nio.file.Path;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.json.JsonFields;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/** A {@link RunProgress} as trainer_state.json says it: Hugging Face's keys where it has them. Every number comes back as the same bits. */
final class ProgressJson {
    private static final String BEST = "best_model_checkpoint";

    private ProgressJson() {}

    static ObjectNode write(RunProgress progress) {
        ObjectNode json = StrictJson.object();
        json.put("global_step", progress.step()).put("epoch", progress.epoch());
        progress.best()
                .ifPresent(best -> json.put("best_metric", best.value())
                        .put("best_global_step", best.step())
                        .put(BEST, "checkpoint-" + best.step()));
        json.put("updates", progress.updates())
                .put("last_evaluated_step", progress.lastEvaluated())
                .put("seed", progress.seed())
                .put("data", progress.data())
                .put("interim", progress.interim());
        LossWindow window = progress.window();
        json.putObject("since_last_log")
                .put("steps", window.steps())
                .put("loss_sum", window.lossSum())
                .put("tokens", window.tokens())
                .put("masked_tokens", window.predictions())
                .put("flops", window.flops())
                .put("grad_norm", window.gradientNorm())
                .put("learning_rate", window.learningRate())
                .put("seconds", window.seconds());
        LossTrend trend = progress.trend();
        json.putObject("loss_trend")
                .put("average", trend.average())
                .put("lowest", trend.lowest())
                .put("lowest_step", trend.lowestStep())
                .put("steps", trend.steps());
        return json;
    }

    /**
     * Reads it back.
     *
     * @param file for error messages
     */
    static RunProgress read(Path file, ObjectNode json) {
        JsonFields fields = JsonFields.of(
                json, (key, expected, found) -> new RunError(file + " is wrong: " + key + " is not " + expected));
        Optional<RunProgress.Best> best = json.has("best_metric")
                ? Optional.of(new RunProgress.Best(fields.whole("best_global_step"), fields.number("best_metric")))
                : Optional.empty();
        JsonFields window = fields.object("since_last_log");
        JsonFields trend = fields.object("loss_trend");
        return new RunProgress(
                fields.whole("global_step"),
                fields.number("epoch"),
                fields.whole("updates"),
                fields.whole("last_evaluated_step"),
                best,
                new LossWindow(
                        window.whole("steps"),
                        window.number("loss_sum"),
                        window.whole("tokens"),
                        window.whole("masked_tokens"),
                        window.number("flops"),
                        window.number("grad_norm"),
                        window.number("learning_rate"),
                        window.number("seconds")),
                new LossTrend(
                        trend.number("average"),
                        trend.number("lowest"),
                        trend.whole("lowest_step"),
                        trend.whole("steps")),
                fields.whole("seed"),
                fields.text("data"),
                fields.truth("interim"));
    }
}
