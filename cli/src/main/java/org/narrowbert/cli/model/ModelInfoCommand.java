package org.narrowbert.cli.model;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what a model's folder holds. */
@Command(
        name = "info",
        description =
                "Says what a model's folder holds: layout, sizes, head and labels, weights and their type, tokenizer,"
                        + " pooling, and tensors that are missing or not expected. No weight is read.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  ./narrowbert model info --model bert-base-uncased"})
final class ModelInfoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "A saved model: a Hugging Face directory.")
    private Path directory;

    private ModelInfoCommand() {
        directory = Path.of("");
    }

    @Override
    public Integer call() {
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(directory)) {
            new ModelSheet(saved).lines().forEach(spec.commandLine().getOut()::println);
        }
        return 0;
    }
}
