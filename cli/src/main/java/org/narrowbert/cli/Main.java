package org.narrowbert.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The root command. */
@Command(name = "narrowbert")
public final class Main {
    private Main() {}

    /** Runs the command that the arguments name. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
