package org.narrowbert.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** Runs a command line inside this JVM and keeps what it printed. */
public record Cli(int exitCode, String out, String err) {
    /** Runs it with an empty environment. */
    public static Cli run(String... arguments) {
        return run(Map.of(), arguments);
    }

    /** The same with an environment of the test's own. */
    public static Cli run(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(arguments, environment, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Cli(exitCode, out.toString(), err.toString());
    }
}
