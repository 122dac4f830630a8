package org.narrowbert.cli.finetune;

import java.io.PrintWriter;
import java.nio.file.Path;

/** What can be done with a model that has just been fine-tuned. */
final class FineTuned {
    private FineTuned() {}

    /** Prints it. */
    static void next(Path folder, FineTuningTask task, PrintWriter out) {
        out.println();
        out.println("Next:");
        boolean divides = task.sets().areEmbedded(task.task());
        out.println("  ./narrowbert evaluate --model \"" + folder + "\"" + (divides ? "" : " --validation-file FILE"));
        out.println(
                "  ./narrowbert predict --model \"" + folder + "\" --test-file FILE --output-file predictions.jsonl");
        out.println("  ./narrowbert report \"" + folder + "\" --output-file report.html");
        if (task.sets().measured().isEmpty()) {
            out.println("Nothing was evaluated: name a --validation-file to see how good it is.");
        }
    }
}
