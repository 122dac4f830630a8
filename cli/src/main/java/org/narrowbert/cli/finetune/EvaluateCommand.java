package org.narrowbert.cli.finetune;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.narrowbert.cli.options.OutputFile;
import org.narrowbert.cli.options.Ranges;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.finetuning.TaskDetails;
import org.narrowbert.model.finetuning.TaskResults;
import org.narrowbert.model.finetuning.TaskScorer;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.training.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a fine-tuned model on labelled examples. */
@Command(
        name = "evaluate",
        description = "Measures a fine-tuned model on labelled examples: loss and the task's metrics.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert evaluate --model runs/mrpc --task-name mrpc --data-dir glue/MRPC",
            "  ./narrowbert evaluate --model runs/stars --validation-file dev.csv"
        })
public final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private PredictionOptions options = new PredictionOptions();

    @Option(
            names = "--validation-file",
            paramLabel = "FILE",
            description = "Labelled examples (default: the validation files of --data-dir and its test set, if that has"
                    + " labels; what wordnet brings along).")
    private Optional<Path> validationFile = Optional.empty();

    @Option(names = "--max-eval-samples", paramLabel = "N", description = "The first N examples of each file only.")
    private Optional<Integer> maxSamples = Optional.empty();

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            description = "Write the figures as JSON too; a file of that name is replaced.")
    private Optional<Path> outputFile = Optional.empty();

    @Option(
            names = "--details-file",
            paramLabel = "FILE",
            description = "Write as JSON which labels are confused, how well each is found, and the worst mistakes;"
                    + " a file of that name is replaced.")
    private Optional<Path> detailsFile = Optional.empty();

    private EvaluateCommand() {}

    @Override
    public Integer call() {
        options.check();
        checkOutputs();
        OptionalInt most = maxSamples
                .map(number -> OptionalInt.of(Ranges.atLeastOne("--max-eval-samples", number)))
                .orElse(OptionalInt.empty());
        PrintWriter out = spec.commandLine().getOut();
        try (FineTunedModel model = FineTunedModel.open(options.model(), options, out)) {
            Consumer<String> notices = note -> out.println("note: " + note);
            Map<String, TaskResults.Measured> found = new LinkedHashMap<>();
            Map<String, TaskDetails> details = new LinkedHashMap<>();
            for (TaskSetFiles.Named named : sets(model, notices)) {
                TaskSets.Part part = model.part(named.name(), TaskSets.limited(named.set(), most), notices);
                TaskScorer scorer = TaskScorer.detailed(model.task(), part.set(), part.samples(), model.rules());
                Evaluation evaluation =
                        model.predictor().evaluate(part.samples(), model.batches(), options.batchSize(), scorer);
                found.put(
                        part.name(),
                        new TaskResults.Measured(
                                evaluation, part.set().examples().size()));
                details.put(part.name(), scorer.details());
            }
            TaskResults results = TaskResults.of(found);
            results.lines().forEach(out::println);
            outputFile.ifPresent(results::writeTo);
            detailsFile.ifPresent(file -> TaskDetails.write(details, file));
        }
        return 0;
    }

    /** Refuses places where nothing can be written before anything is measured. */
    private void checkOutputs() {
        outputFile.map(file -> OutputFile.named("--output-file", file)).ifPresent(this::check);
        detailsFile.map(file -> OutputFile.named("--details-file", file)).ifPresent(file -> {
            check(file);
            outputFile.ifPresent(other -> file.refuseSame("--output-file", other));
        });
    }

    private void check(OutputFile file) {
        file.check();
        validationFile.ifPresent(read -> file.refuseSame("--validation-file", read));
    }

    private List<TaskSetFiles.Named> sets(FineTunedModel model, Consumer<String> notices) {
        if (validationFile.isPresent()) {
            LabelledSet<?> set = model.task().read(validationFile.get(), model.labels());
            set.notes().forEach(notices);
            return List.of(new TaskSetFiles.Named("validation", set));
        }
        List<TaskSetFiles.Named> sets = TaskSetFiles.measured(
                model.task(), options.files(model.task()), model.labels(), TunedWith.of(options.model()), notices);
        if (sets.isEmpty()) {
            throw new UserError("there is nothing to evaluate on: name a --validation-file, or a --task-name with a"
                    + " --data-dir that has its validation files or a labelled test set");
        }
        return sets;
    }
}
