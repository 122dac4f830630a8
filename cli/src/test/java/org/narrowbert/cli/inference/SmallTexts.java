package org.narrowbert.cli.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.narrowbert.cli.Cli;

/**
 * Texts to embed, in a test's folder, and a small model of random weights that does.
 *
 * @param folder where texts and vectors are
 */
record SmallTexts(Path folder) {
    /** Numbers of a vector. */
    static final int HIDDEN = 16;

    /** Makes the model, in a folder that many tests share; it takes 40 tokens. */
    static Path model(Path models) {
        Path model = models.resolve("model");
        Cli run = Cli.run(
                "model",
                "init",
                "--output-dir",
                model.toString(),
                "--layout",
                "{sf}2:",
                "--hidden-size",
                "" + HIDDEN,
                "--num-attention-heads",
                "2",
                "--max-position-embeddings",
                "40",
                "--initializer-range",
                "0.3");
        if (run.exitCode() != 0) {
            throw new AssertionError(run.err());
        }
        return model;
    }

    /** A file of 64 lines, one text each: an empty one, one that is there twice, and some that are cut. */
    Path texts() throws IOException {
        Random random = new Random(3);
        List<String> words = List.of("cat", "house", "green", "of", "the", "running", "water", "and");
        List<String> lines = new ArrayList<>(List.of("a cat", "", "a house and a cat", "a cat"));
        for (int line = 0; line < 60; line++) {
            StringBuilder text = new StringBuilder();
            for (int word = random.nextInt(50); word >= 0; word--) {
                text.append(words.get(random.nextInt(words.size()))).append(' ');
            }
            lines.add(text.toString().strip());
        }
        return Files.write(folder.resolve("texts.txt"), lines);
    }

    /** What {@code embed} makes of a file. */
    Cli embed(Path model, Path input, String output, String... more) {
        return Cli.run(Stream.concat(
                        Stream.of(
                                "embed",
                                "--model",
                                model.toString(),
                                "--input-file",
                                input.toString(),
                                "--output-file",
                                folder.resolve(output).toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }
}
