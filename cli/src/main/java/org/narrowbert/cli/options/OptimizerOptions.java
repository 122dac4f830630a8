package org.narrowbert.cli.options;

import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import picocli.CommandLine.Option;

/** Options of AdamW, under Hugging Face's names. */
public final class OptimizerOptions {
    @Option(
            names = "--weight-decay",
            paramLabel = "D",
            defaultValue = "0.01",
            description = "Default: ${DEFAULT-VALUE}.")
    private double weightDecay;

    @Option(names = "--adam-beta1", paramLabel = "B", defaultValue = "0.9", description = "Default: ${DEFAULT-VALUE}.")
    private double beta1;

    @Option(
            names = "--adam-beta2",
            paramLabel = "B",
            defaultValue = "0.999",
            description = "Default: ${DEFAULT-VALUE}.")
    private double beta2;

    @Option(
            names = "--adam-epsilon",
            paramLabel = "E",
            defaultValue = "1e-8",
            description = "Default: ${DEFAULT-VALUE}.")
    private double epsilon;

    @Option(
            names = "--max-grad-norm",
            paramLabel = "N",
            defaultValue = "1.0",
            description = "Gradients are scaled down to this norm, 0 for never (default: ${DEFAULT-VALUE}).")
    private double maxGradNorm;

    /** What holds where nothing is told. */
    public OptimizerOptions() {}

    /**
     * What they say.
     *
     * @throws UserError when a value is out of its range
     */
    public AdamWSettings settings() {
        Ranges.check("--weight-decay", weightDecay, weightDecay >= 0 && weightDecay <= 1, "from 0 to 1");
        Ranges.check("--adam-beta1", beta1, beta1 >= 0 && beta1 < 1, "from 0 to below 1");
        Ranges.check("--adam-beta2", beta2, beta2 >= 0 && beta2 < 1, "from 0 to below 1");
        Ranges.check("--adam-epsilon", epsilon, epsilon > 0 && epsilon <= 1, "above 0 and at most 1");
        Ranges.check("--max-grad-norm", maxGradNorm, maxGradNorm >= 0, "0 or more");
        return new AdamWSettings(beta1, beta2, epsilon, weightDecay, maxGradNorm);
    }
}
