package org.narrowbert.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands about models' folders, which it only names. */
@Command(
        name = "model",
        description = "Makes models' folders.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ModelInitCommand.class},
        footer = {"", "Example:", "  ./narrowbert model init --size base --seed 1 --output-dir runs/base"})
final class ModelCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private ModelCommand() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
