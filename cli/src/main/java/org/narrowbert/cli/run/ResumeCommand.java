package org.narrowbert.cli.run;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** The command line that goes on with a run; all else that it was told is in the run's folder. */
final class ResumeCommand {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ResumeCommand() {}

    /**
     * The command for a shell.
     *
     * @param command that trains, such as "pretrain"
     * @param run the run's folder
     */
    static String of(String command, Path run) {
        return "./narrowbert " + command + " --output-dir " + quoted(run.toString()) + " --resume-from-checkpoint";
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
