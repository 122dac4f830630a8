package org.narrowbert.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs a command line inside this JVM and keeps what it printed. */
record Cli(int exitCode, String out, String err) {
    static Cli run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Cli(exitCode, out.toString(), err.toString());
    }
}
