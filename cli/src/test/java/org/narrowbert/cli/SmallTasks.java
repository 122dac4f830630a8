package org.narrowbert.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A small pretrained model and labelled examples that it can learn, in a test's folder, and runs that do.
 *
 * @param folder where everything is
 */
public record SmallTasks(Path folder) {
    private static final List<String> GOOD = List.of("fine", "lovely", "bright", "warm");
    private static final List<String> BAD = List.of("dull", "cold", "dreary", "awful");
    private static final List<String> OF_REVIEWS = List.of("a", "the", "film", "day", "was");
    private static final List<String> OF_SENTENCES = List.of("ann", "bonn", "in", "met");

    /** The model's folder; the model is made when it is asked for first. Dropout is on, so that a run that goes on has draws to repeat. */
    public Path model() {
        Path model = folder.resolve("model");
        if (!Files.exists(model)) {
            List<String> vocabulary = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
            List.of(OF_REVIEWS, GOOD, BAD, OF_SENTENCES).forEach(vocabulary::addAll);
            Cli init = Cli.run(
                    "model",
                    "init",
                    "--output-dir",
                    model.toString(),
                    "--layout",
                    "{sf}1:{sf}1",
                    "--hidden-size",
                    "16",
                    "--num-attention-heads",
                    "2",
                    "--max-position-embeddings",
                    "24",
                    "--initializer-range",
                    "0.2",
                    "--tokenizer",
                    write("vocab.txt", vocabulary).toString(),
                    "--hidden-dropout-prob",
                    "0.1");
            if (init.exitCode() != 0) {
                throw new AssertionError(init.err());
            }
        }
        return model;
    }

    /** Texts that are good or bad, in turn, by one of their words. */
    public Path reviews(String name, int count) {
        List<String> lines = new ArrayList<>(List.of("text,label"));
        for (int i = 0; i < count; i++) {
            boolean good = i % 2 == 0;
            String word = (good ? GOOD : BAD).get(i / 2 % 4);
            lines.add("the " + (i % 3 == 0 ? "film" : "day") + " was " + word + "," + (good ? "good" : "bad"));
        }
        return write(name, lines);
    }

    /** Twice as many sentences in CoNLL's columns. */
    public Path words(String name, int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.addAll(List.of("ann B-PER", "met O", "the O", "film O", "in O", "bonn B-LOC", ""));
            lines.addAll(List.of("bonn B-LOC", "was O", "warm O", ""));
        }
        return write(name, lines);
    }

    /** Questions in SQuAD's JSON, each with its answer in a context; every third without one, where that may be. */
    public Path questions(String name, int count, boolean impossible) {
        List<String> paragraphs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String context = "ann met the film in bonn the day was " + GOOD.get(i % 4) + " ann was in bonn";
            boolean none = impossible && i % 3 == 0;
            paragraphs.add("""
                    {"context": "%s", "qas": [{"id": "%d", "question": "was the day in bonn", "is_impossible": %s, "answers": [%s]}]}""".formatted(
                            context,
                            i,
                            none,
                            none ? "" : "{\"text\": \"bonn\", \"answer_start\": " + context.indexOf("bonn") + "}"));
        }
        return write(
                name,
                List.of("{\"version\": \"x\", \"data\": [{\"title\": \"t\", \"paragraphs\": ["
                        + String.join(",", paragraphs) + "]}]}"));
    }

    /** A file of the folder. */
    public Path write(String name, List<String> lines) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.resolveSibling(""));
            return Files.write(file, lines);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** Fine-tunes, which must succeed. */
    public Cli fineTune(String output, String... more) {
        Cli run = Cli.run(arguments(output, more));
        if (run.exitCode() != 0) {
            throw new AssertionError(run.err());
        }
        return run;
    }

    /** Fine-tunes on two threads, unless told otherwise; it may fail. */
    public Cli tryToFineTune(String output, String... more) {
        List<String> told = new ArrayList<>(List.of("--threads", "2"));
        told.addAll(Arrays.asList(more));
        return Cli.run(arguments(output, told.toArray(String[]::new)));
    }

    /** Replaces a part of a file's text, which must be there. */
    public static void replace(Path file, String pattern, String replacement) throws IOException {
        String text = Files.readString(file);
        String changed = text.replaceFirst(pattern, replacement);
        if (changed.equals(text)) {
            throw new AssertionError(file + " has no " + pattern);
        }
        Files.writeString(file, changed);
    }

    /** The arguments of a fine-tuning run. */
    public String[] arguments(String output, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "finetune",
                "--model",
                model().toString(),
                "--output-dir",
                folder.resolve(output).toString(),
                "--learning-rate",
                "5e-3"));
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray(String[]::new);
    }
}
