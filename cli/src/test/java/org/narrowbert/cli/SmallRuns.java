package org.narrowbert.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs of a small model on a small text, in a test's folder.
 *
 * @param folder where they are kept
 */
public record SmallRuns(Path folder) {
    /** The text, which is written when it is asked for first. */
    public Path text() throws IOException {
        Path file = folder.resolve("text.txt");
        if (!Files.exists(file)) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 120; i++) {
                text.append("The cat number ").append(i).append(" sat on the mat and looked at the dog.\n\n");
            }
            Files.writeString(file, text);
        }
        return file;
    }

    /** Pretrains for a few steps; what more is told wins. */
    public Cli pretrain(String output, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "pretrain",
                "--output-dir",
                folder.resolve(output).toString(),
                "--train-file",
                text().toString(),
                "--validation-split-percentage",
                "10",
                "--max-seq-length",
                "16",
                "--num-hidden-layers",
                "3",
                "--hidden-size",
                "32",
                "--num-attention-heads",
                "2",
                "--max-steps",
                "4"));
        arguments.addAll(Arrays.asList(more));
        return Cli.run(arguments.toArray(String[]::new));
    }
}
