package org.narrowbert.cli.finetune;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.narrowbert.cli.model.ClassifierLabels;
import org.narrowbert.engine.error.NearestNames;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.Shown;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.TaskFiles;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.reading.TableColumns;
import org.narrowbert.model.task.reading.WordColumns;
import picocli.CommandLine.Option;

/** Options that say what a task is and which files hold its examples, under the names of Hugging Face's run_glue and run_ner. */
final class TaskOptions {
    private static final String SECOND_TEXT = "--second-text-column";
    private static final String SEPARATOR = "--label-separator";

    @Option(
            names = "--task-name",
            paramLabel = "NAME",
            description = "cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte, wnli, imdb, amazon-2, amazon-5, conll2003,"
                    + " squad or squad-v2: files, labels and metrics as distributed; wordnet: glosses by their"
                    + " categories, which come along.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "The folder with the named task's files, or one above it.")
    private Optional<Path> dataDir = Optional.empty();

    @Option(
            names = "--problem-type",
            paramLabel = "TYPE",
            description = "Of a task without a name: single_label_classification (default),"
                    + " multi_label_classification, regression, token_classification or multiple_choice.")
    private Optional<String> problemType = Optional.empty();

    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            description =
                    "Column of the text, or of the words (default: as fine-tuned, else sentence1, sentence or text; tokens or words).")
    private Optional<String> textColumn = Optional.empty();

    @Option(
            names = SECOND_TEXT,
            paramLabel = "NAME",
            description =
                    "Column of the second text of a pair (default: as fine-tuned, else sentence2 beside sentence1).")
    private Optional<String> secondTextColumn = Optional.empty();

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description =
                    "Column of the label, number or list of labels (default: as fine-tuned, else label; ner_tags, tags or labels).")
    private Optional<String> labelColumn = Optional.empty();

    @Option(
            names = SEPARATOR,
            paramLabel = "TEXT",
            description =
                    "What stands between the labels of a text that has several (default: as fine-tuned, else they are a list).")
    private Optional<String> labelSeparator = Optional.empty();

    TaskOptions() {}

    /**
     * The task.
     *
     * @throws UserError when no task or type has such a name, or the options contradict each other
     */
    Task task() {
        if (name.isPresent()) {
            refuseBeside("--problem-type", problemType);
            columns().forEach(TaskOptions::refuseBeside);
            return Task.named(name.get());
        }
        if (dataDir.isPresent()) {
            throw new UserError("--data-dir is the folder of a task that has a name: add --task-name, or name the"
                    + " files by --train-file and --validation-file");
        }
        return ofType(problemType.map(ProblemType::named).orElse(ProblemType.SINGLE_LABEL_CLASSIFICATION));
    }

    /**
     * The task that a model was fine-tuned for, where the options say nothing else: its columns are those that its run was told.
     *
     * @param notices told which columns are taken so
     * @throws org.narrowbert.engine.error.RunError when its config.json names a type that is not known
     */
    Task task(HuggingFaceDirectory saved, Consumer<String> notices) {
        if (name.isPresent()) {
            return task();
        }
        Optional<Task> own = saved.configJson().head().task().flatMap(Task::find);
        if (problemType.isPresent()) {
            if (own.isEmpty() && ProblemType.named(problemType.get()) == ProblemType.of(TunedWith.of(saved.folder()))) {
                takeColumns(saved.folder(), notices);
            }
            return task();
        }
        own.ifPresent(task -> columns()
                .forEach((option, column) -> column.ifPresent(_ -> {
                    throw new UserError(option + " is for tasks without a name, and the model was fine-tuned for "
                            + task.name() + ": leave out " + option + ", or say by --problem-type what is predicted");
                })));
        return own.orElseGet(() -> {
            takeColumns(saved.folder(), notices);
            return ofType(ProblemType.of(saved));
        });
    }

    /** Takes the columns that nobody names as the model's run was told them, and says which. */
    private void takeColumns(Path model, Consumer<String> notices) {
        TunedWith tuned = TunedWith.of(model);
        SequencedMap<String, Optional<String>> before = columns();
        textColumn = textColumn.or(() -> tuned.text("text-column"));
        secondTextColumn = secondTextColumn.or(() -> tuned.text("second-text-column"));
        labelColumn = labelColumn.or(() -> tuned.text("label-column"));
        labelSeparator = labelSeparator.or(() -> tuned.text("label-separator"));
        String taken = columns().entrySet().stream()
                .filter(one -> one.getValue().isPresent() && !one.getValue().equals(before.get(one.getKey())))
                .map(one -> one.getKey() + " " + Shown.of(one.getValue().orElseThrow()))
                .collect(Collectors.joining(", "));
        if (!taken.isEmpty()) {
            notices.accept("as the model was fine-tuned: " + taken);
        }
    }

    /** The options of columns in their order. */
    private SequencedMap<String, Optional<String>> columns() {
        SequencedMap<String, Optional<String>> columns = new LinkedHashMap<>();
        columns.put("--text-column", textColumn);
        columns.put(SECOND_TEXT, secondTextColumn);
        columns.put("--label-column", labelColumn);
        columns.put(SEPARATOR, labelSeparator);
        return columns;
    }

    private Task ofType(ProblemType type) {
        return switch (type) {
            case SINGLE_LABEL_CLASSIFICATION -> ofTexts(TaskKind.SINGLE_LABEL);
            case MULTI_LABEL_CLASSIFICATION -> ofTexts(TaskKind.MULTI_LABEL);
            case REGRESSION -> ofTexts(TaskKind.REGRESSION);
            case TOKEN_CLASSIFICATION -> {
                refuse(type, List.of(SECOND_TEXT, SEPARATOR));
                yield Task.ofWords(new WordColumns(textColumn, labelColumn));
            }
            case MULTIPLE_CHOICE -> {
                refuse(type, columns().sequencedKeySet());
                yield Task.ofChoices();
            }
            case QUESTION_ANSWERING -> {
                refuse(type, columns().sequencedKeySet());
                yield Task.named("squad");
            }
        };
    }

    private Task ofTexts(TaskKind kind) {
        if (kind != TaskKind.MULTI_LABEL) {
            labelSeparator.ifPresent(_ -> {
                throw new UserError(SEPARATOR + " is for texts with several labels: leave it out, or add --problem-type"
                        + " multi_label_classification");
            });
        }
        return Task.ofTexts(
                kind,
                new TableColumns(textColumn, secondTextColumn, labelColumn.orElse(TableColumns.LABEL), labelSeparator));
    }

    private void refuse(ProblemType type, Collection<String> options) {
        for (String option : options) {
            columns().getOrDefault(option, Optional.empty()).ifPresent(_ -> {
                throw new UserError(option + " says nothing of " + type.text() + ": leave it out");
            });
        }
    }

    private static void refuseBeside(String option, Optional<String> given) {
        if (given.isPresent()) {
            throw new UserError(option + " is for tasks without a name: leave out " + option + " or --task-name");
        }
    }

    /**
     * The files of the task.
     *
     * @throws UserError when nothing says where they are
     */
    TaskFiles files(Task task) {
        return dataDir.map(task::files).orElseGet(() -> new TaskFiles(task.embedded(), List.of(), List.of()));
    }

    /** What is predicted, in the words of Hugging Face's config.json and of its heads. */
    enum ProblemType {
        SINGLE_LABEL_CLASSIFICATION,
        MULTI_LABEL_CLASSIFICATION,
        REGRESSION,
        TOKEN_CLASSIFICATION,
        MULTIPLE_CHOICE,
        QUESTION_ANSWERING;

        private static ProblemType named(String text) {
            return find(text)
                    .orElseThrow(() -> new UserError(
                            "--problem-type '" + text + "' is not known: choose " + String.join(", ", nearest(text))));
        }

        private static Optional<ProblemType> find(String text) {
            return List.of(values()).stream()
                    .filter(type -> type.text().equals(plain(text)))
                    .findFirst();
        }

        private static List<String> nearest(String text) {
            return NearestNames.sorted(
                    plain(text),
                    List.of(values()).stream().map(ProblemType::text).toList());
        }

        private static String plain(String text) {
            return text.toLowerCase(Locale.ROOT).replace('-', '_');
        }

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What a model's run was told; the default where it was told nothing that is known. */
        private static ProblemType of(TunedWith tuned) {
            return tuned.text("problem-type").flatMap(ProblemType::find).orElse(SINGLE_LABEL_CLASSIFICATION);
        }

        /** What a model's config.json says that it predicts. */
        private static ProblemType of(HuggingFaceDirectory saved) {
            HeadConfig head = saved.configJson().head();
            return switch (head.plainArchitecture()) {
                case "BertForTokenClassification" -> TOKEN_CLASSIFICATION;
                case "BertForMultipleChoice" -> MULTIPLE_CHOICE;
                case "BertForQuestionAnswering" -> QUESTION_ANSWERING;
                default ->
                    head.problemType()
                            .map(type -> find(type)
                                    .orElseThrow(() -> new RunError(saved.folder()
                                                    .resolve("config.json")
                                            + ": problem_type is '" + type + "', which is not known: mend it, or say"
                                            + " by --problem-type what is predicted: "
                                            + String.join(", ", nearest(type)))))
                            .orElse(ClassifierLabels.of(saved).size() == 1 ? REGRESSION : SINGLE_LABEL_CLASSIFICATION);
            };
        }
    }
}
