package org.narrowbert.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The command line that goes on with a run: the one that began it, with {@code --resume-from-checkpoint}. */
final class ResumeCommand {
    private static final String RESUME = "--resume-from-checkpoint";
    private static final String OVERWRITE = "--overwrite-output-dir";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ResumeCommand() {}

    /**
     * The command for a shell.
     *
     * @param arguments of the command that was interrupted
     */
    static String of(List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("./narrowbert"));
        boolean skips = false;
        for (String argument : arguments) {
            boolean isOption = argument.startsWith("--");
            if (argument.equals(OVERWRITE) || argument.startsWith(RESUME) || (skips && !isOption)) {
                skips = argument.equals(RESUME);
                continue;
            }
            skips = false;
            words.add(quoted(argument));
        }
        words.add(RESUME);
        return String.join(" ", words);
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
