package org.narrowbert.cli.finetune;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.Division;
import org.narrowbert.model.task.example.ExampleFile;
import org.narrowbert.model.task.example.LabelledSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Divides labelled examples into files to learn from, to validate and to test on. */
@Command(
        name = "split",
        description = "Divides labelled examples into train.jsonl, validation.jsonl and test.jsonl: label by label, or"
                + " document by document where words are labelled, the same for the same seed.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert data split --train-file reviews.csv --output-dir runs/reviews",
            "  ./narrowbert data split --train-file wikigold.conll.txt \\",
            "      --problem-type token_classification --output-dir runs/wikigold",
            "  ./narrowbert finetune --model bert-base-uncased --output-dir runs/tuned \\",
            "      --train-file runs/reviews/train.jsonl \\",
            "      --validation-file runs/reviews/validation.jsonl \\",
            "      --test-file runs/reviews/test.jsonl"
        })
public final class DataSplitCommand implements Callable<Integer> {
    private static final List<String> FILES = List.of("train.jsonl", "validation.jsonl", "test.jsonl");

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--train-file",
            paramLabel = "FILE",
            description = "Labelled examples in one piece: a table, CoNLL's columns, or a task's file or folder.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--output-dir", paramLabel = "DIR", required = true, description = "Where the three files go.")
    private Path output;

    @Option(names = "--overwrite-output-dir", description = "Replace files that are there.")
    private boolean overwrite;

    @Mixin
    private TaskOptions taskOptions = new TaskOptions();

    @Mixin
    private SplitOptions split = new SplitOptions();

    private DataSplitCommand() {
        output = Path.of("");
    }

    @Override
    public Integer call() {
        Task task = taskOptions.task();
        ExampleFile.require(task.name(), task.kind());
        Path source = file.or(() -> taskOptions.files(task).train())
                .orElseThrow(
                        () -> new UserError("there is nothing to divide: name a --train-file, or a --task-name with"
                                + " a --data-dir that has its training file"));
        OutputDirectory folder = OutputDirectory.check(output, overwrite);
        PrintWriter out = spec.commandLine().getOut();
        LabelledSet<?> set = task.read(source);
        set.notes().forEach(note -> out.println("note: " + note));
        Division<?> division = split.divide(set, SplitOptions.USUAL_PART);
        folder.create();
        // Whatever stops this: parts of another division never stand beside these.
        FILES.forEach(name -> remove(output.resolve(name)));
        write(division.train(), FILES.get(0), out);
        write(division.validation(), FILES.get(1), out);
        write(division.test(), FILES.get(2), out);
        out.println(split.text(division));
        return 0;
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    private void write(LabelledSet<?> part, String name, PrintWriter out) {
        Path written = output.resolve(name);
        if (part.examples().isEmpty()) {
            return;
        }
        ExampleFile.write(part, written);
        out.println("%,8d examples in %s".formatted(part.examples().size(), written));
    }
}
