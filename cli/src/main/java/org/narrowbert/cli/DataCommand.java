package org.narrowbert.cli;

import org.narrowbert.cli.finetune.DataSplitCommand;
import org.narrowbert.cli.text.DataPrepareCommand;
import org.narrowbert.cli.text.DataStatsCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands about text to train on, which it only names. */
@Command(
        name = "data",
        description = "Makes text into tokens on disk, tells what it is like, and divides labelled examples.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DataPrepareCommand.class, DataStatsCommand.class, DataSplitCommand.class},
        footer = {
            "",
            "Examples:",
            "  ./narrowbert data prepare --train-file 'books/*.txt' \\",
            "      --tokenizer runs/vocabulary --output-dir runs/books-data",
            "  ./narrowbert data stats runs/books-data",
            "  ./narrowbert data split --train-file reviews.csv --output-dir runs/reviews",
            "  ./narrowbert pretrain --train-data runs/books-data --output-dir runs/books"
        })
final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private DataCommand() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
