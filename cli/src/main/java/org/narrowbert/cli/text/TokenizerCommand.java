package org.narrowbert.cli.text;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands about tokens, which it only names. */
@Command(
        name = "tokenizer",
        description = "Trains a vocabulary of word pieces, or shows the tokens of texts.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TokenizerTrainCommand.class, TokenizerEncodeCommand.class},
        footer = {
            "",
            "Examples:",
            "  ./narrowbert tokenizer train --train-file books.txt --output-dir runs/words",
            "  ./narrowbert tokenizer encode --tokenizer runs/words \"Some text.\""
        })
public final class TokenizerCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private TokenizerCommand() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
