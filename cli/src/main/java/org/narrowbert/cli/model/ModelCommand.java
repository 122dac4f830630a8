package org.narrowbert.cli.model;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands about models' folders, which it only names. */
@Command(
        name = "model",
        description = "Makes, converts and describes models' folders.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelInitCommand.class,
            ModelConvertCommand.class,
            ModelInfoCommand.class,
            ModelImportOnnxCommand.class,
            ModelExportOnnxCommand.class
        },
        footer = {"", "Example:", "  ./narrowbert model info --model bert-base-uncased"})
public final class ModelCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private ModelCommand() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
