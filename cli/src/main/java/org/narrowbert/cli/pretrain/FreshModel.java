package org.narrowbert.cli.pretrain;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.narrowbert.cli.inference.FillMaskCommand;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.inference.FillMask;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.training.MaskedLanguageTrainer;

/** What is shown of a model that has just been trained: some answers, and what can be done with it. */
final class FreshModel {
    private static final List<String> SAMPLES = List.of(
            "the capital and largest [MASK] of France.", "a person who [MASK] in a school.", "make or become [MASK].");

    private FreshModel() {}

    /** Prints what the model fills some masks with, to show what it has learned. */
    static void show(MaskedLanguageTrainer trainer, Tokenizer tokenizer, Backend backend, PrintWriter out) {
        FillMask fillMask = new FillMask(trainer.config(), trainer.parameters(), tokenizer, backend);
        out.println();
        for (String sample : SAMPLES) {
            out.println(sample);
            try {
                out.println(
                        "    " + FillMaskCommand.line(fillMask.fill(sample, 5).getFirst()));
            } catch (RunError cannot) {
                out.println("    (" + cannot.getMessage() + ")");
            }
        }
    }

    /** Prints what to do next with the model in a folder. */
    static void next(Path folder, PrintWriter out) {
        out.println();
        out.println("Next:");
        out.println("  ./narrowbert fill-mask --model \"" + folder + "\" \"a large [MASK] with four legs.\"");
        out.println("  ./narrowbert report \"" + folder + "\" --output-file report.html");
        out.println("  ./narrowbert plan --layout context-first --size base");
        out.println("  ./narrowbert pretrain --output-dir runs/mine --train-file my-text.txt --num-train-epochs 3");
    }
}
