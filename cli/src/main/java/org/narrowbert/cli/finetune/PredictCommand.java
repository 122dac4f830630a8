package org.narrowbert.cli.finetune;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.cli.options.OutputFile;
import org.narrowbert.engine.error.NearestNames;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.finetuning.TaskScorer;
import org.narrowbert.model.task.TaskFiles;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.prediction.PredictionFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes what a fine-tuned model predicts of examples. */
@Command(
        name = "predict",
        description = "Writes what a fine-tuned model predicts of examples: GLUE's submission files, CoNLL columns,"
                + " SQuAD's answers or JSON lines.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert predict --model runs/stars --test-file new.csv \\",
            "      --output-file new.jsonl",
            "  ./narrowbert predict --model runs/mnli --output-dir submission \\",
            "      --task-name mnli --data-dir glue/MNLI"
        })
public final class PredictCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private PredictionOptions options = new PredictionOptions();

    @Option(
            names = "--test-file",
            paramLabel = "FILE",
            description = "Examples, with or without labels (default: the test files of --data-dir).")
    private Optional<Path> testFile = Optional.empty();

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            description = "Where the predictions go; a file of that name is replaced.")
    private Optional<Path> outputFile = Optional.empty();

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            description = "Where those of a named task's test files go, under the names that its server wants.")
    private Optional<Path> outputDirectory = Optional.empty();

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "glue, conll, squad, squad_no_answer or json_lines (default: json_lines for a file"
                    + " that ends in .jsonl, otherwise what the task's server wants).")
    private Optional<String> format = Optional.empty();

    private PredictCommand() {}

    @Override
    public Integer call() {
        options.check();
        checkOutput();
        Optional<PredictionFormat> chosen = format.map(PredictCommand::named);
        PrintWriter out = spec.commandLine().getOut();
        try (FineTunedModel model = FineTunedModel.open(options.model(), options, out)) {
            List<TaskFiles.Part> parts = parts(model);
            if (outputFile.isPresent() && parts.size() > 1) {
                throw new UserError(model.task().name() + " has " + parts.size()
                        + " test files: name an --output-dir for all, or one --test-file");
            }
            for (TaskFiles.Part part : parts) {
                predict(model, part, chosen, out);
            }
        }
        return 0;
    }

    /** Refuses a place where nothing can be written before anything is predicted. */
    private void checkOutput() {
        if (outputFile.isPresent() == outputDirectory.isPresent()) {
            throw new UserError("say where the predictions go: name either an --output-file or an --output-dir");
        }
        outputDirectory.ifPresent(folder -> OutputDirectory.check(folder, true));
        outputFile.ifPresent(file -> {
            OutputFile place = OutputFile.named("--output-file", file).check();
            testFile.ifPresent(read -> place.refuseSame("--test-file", read));
        });
    }

    private void predict(
            FineTunedModel model, TaskFiles.Part part, Optional<PredictionFormat> chosen, PrintWriter out) {
        Path file = outputFile.orElseGet(
                () -> outputDirectory.orElse(Path.of("")).resolve(model.task().submissionName(part.name())));
        PredictionFormat written = format(file, chosen, model.task().kind());
        LabelledSet<?> set = model.task().readForPrediction(part.path(), model.labels());
        set.notes().forEach(note -> out.println("note: " + note));
        TaskSets.Part sampled = model.part(part.name(), set, note -> out.println("note: " + note));
        TaskScorer scorer = new TaskScorer(model.task(), set, sampled.samples(), model.rules());
        model.predictor().predict(sampled.samples(), model.batches(), options.batchSize(), scorer);
        outputDirectory.ifPresent(folder -> OutputDirectory.check(folder, true).create());
        model.task().write(file, written, set, scorer.predictions());
        out.println(
                "predictions of %,d examples are in %s".formatted(set.examples().size(), file));
    }

    private List<TaskFiles.Part> parts(FineTunedModel model) {
        List<TaskFiles.Part> parts = testFile.map(file -> List.of(new TaskFiles.Part("test", file)))
                .orElseGet(() -> options.files(model.task()).test());
        if (parts.isEmpty()) {
            throw new UserError("there is nothing to predict: name a --test-file, or a --task-name with a --data-dir"
                    + " that has its test files");
        }
        return parts;
    }

    private static PredictionFormat format(Path file, Optional<PredictionFormat> chosen, TaskKind kind) {
        if (chosen.isPresent()) {
            if (!chosen.get().fits(kind)) {
                throw new UserError("--format " + name(chosen.get())
                        + " is for other tasks than this one: leave it out, or take json_lines");
            }
            return chosen.get();
        }
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return PredictionFormat.JSON_LINES;
        }
        return PredictionFormat.of(kind);
    }

    private static PredictionFormat named(String text) {
        String wanted = text.toLowerCase(Locale.ROOT).replace('-', '_');
        return Stream.of(PredictionFormat.values())
                .filter(each -> name(each).equals(wanted))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> names = Stream.of(PredictionFormat.values())
                            .map(PredictCommand::name)
                            .toList();
                    return new UserError("--format '" + text + "' is not known: choose "
                            + String.join(", ", NearestNames.sorted(wanted, names)));
                });
    }

    private static String name(PredictionFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }
}
