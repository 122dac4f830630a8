package org.narrowbert.model.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.narrowbert.model.evaluation.Mistake;
import org.narrowbert.model.evaluation.SquadVersion;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.prediction.Detailing;
import org.narrowbert.model.task.prediction.Details;
import org.narrowbert.model.task.prediction.Measures;
import org.narrowbert.model.task.prediction.Prediction;
import org.narrowbert.model.task.prediction.PredictionFile;
import org.narrowbert.model.task.prediction.PredictionFormat;
import org.narrowbert.model.task.prediction.Scores;
import org.narrowbert.model.task.prediction.Scoring;
import org.narrowbert.model.task.reading.ChoiceTable;
import org.narrowbert.model.task.reading.ExampleFormat;
import org.narrowbert.model.task.reading.GlueFormat;
import org.narrowbert.model.task.reading.LabelNames;
import org.narrowbert.model.task.reading.TableColumns;
import org.narrowbert.model.task.reading.TextTable;
import org.narrowbert.model.task.reading.WordColumns;
import org.narrowbert.model.task.reading.WordsTable;

/**
 * What is learned, from which files, and how it is measured.
 *
 * @param name as users write it, such as "mnli"
 * @param kind what is predicted
 * @param labels that the task has by its nature; empty where they are collected from the training file, or where there are none
 * @param measures its figures
 * @param format how its files hold examples
 * @param folder where its files are in a folder
 */
public record Task(
        String name, TaskKind kind, List<String> labels, Measures measures, ExampleFormat format, TaskFolder folder) {
    public Task {
        labels = List.copyOf(labels);
    }

    /**
     * A task by its name, in any letters.
     *
     * @throws org.narrowbert.engine.error.UserError naming the nearest ones if there is none
     */
    public static Task named(String name) {
        return KnownTasks.named(name);
    }

    /** The same; empty where there is none. */
    public static Optional<Task> find(String name) {
        return KnownTasks.find(name);
    }

    /** Whether questions may have no answer, which a model can say then: SQuAD 2.0. */
    public boolean hasUnanswerable() {
        return name.equals(KnownTasks.SQUAD_2);
    }

    /** The names of all tasks. */
    public static List<String> names() {
        return KnownTasks.names();
    }

    /**
     * A task of texts or pairs of texts in tables, given file by file; its labels are those of the training file.
     *
     * @param kind single label, multi-label or regression
     */
    public static Task ofTexts(TaskKind kind, TableColumns columns) {
        return switch (kind) {
            case SINGLE_LABEL, MULTI_LABEL, REGRESSION ->
                new Task(
                        "texts",
                        kind,
                        List.of(),
                        Scoring.measures(kind),
                        new TextTable(kind, columns),
                        TaskFolder.NONE);
            case TOKEN_LABELS, MULTIPLE_CHOICE, QUESTION_ANSWERING ->
                throw new IllegalArgumentException("texts with " + kind);
        };
    }

    /**
     * A task of labelled words, given file by file: CoNLL's columns, or tables with a list of words and one of labels a row.
     */
    public static Task ofWords(WordColumns columns) {
        return new Task(
                "words",
                TaskKind.TOKEN_LABELS,
                List.of(),
                Scoring.measures(TaskKind.TOKEN_LABELS),
                new WordsTable(columns),
                TaskFolder.NONE);
    }

    /** A task of choices in tables with SWAG's columns, given file by file. */
    public static Task ofChoices() {
        return new Task(
                "choices",
                TaskKind.MULTIPLE_CHOICE,
                List.of(),
                Scoring.measures(TaskKind.MULTIPLE_CHOICE),
                ChoiceTable.swag(),
                TaskFolder.NONE);
    }

    /**
     * The files of the task in a folder: those that are there.
     *
     * @param dataDir the task's own folder, or one above it with its usual name
     * @throws org.narrowbert.engine.error.RunError if there is none of its files, with those that were looked for
     */
    public TaskFiles files(Path dataDir) {
        return folder.find(dataDir, name);
    }

    /** What stands for the file to learn from, of a task that brings its examples along. */
    public Optional<Path> embedded() {
        return format.embedded();
    }

    /**
     * Reads examples to learn from, all of which must have their labels. The set's labels are the task's, or those of the file.
     *
     * @throws org.narrowbert.engine.error.RunError naming file and line when it cannot be read
     */
    public LabelledSet<?> read(Path source) {
        return format.read(source, labels.isEmpty() ? LabelNames.collected() : LabelNames.known(labels), true);
    }

    /**
     * Reads examples to measure on, all of which must have labels that are known.
     *
     * @param known labels of the training set or the model; empty where the kind has none
     * @throws org.narrowbert.engine.error.RunError naming file and line when it cannot be read, or has another label
     */
    public LabelledSet<?> read(Path source, List<String> known) {
        return format.read(source, LabelNames.known(known), true);
    }

    /**
     * Reads examples to predict, with labels where they have some.
     *
     * @param known labels of the training set or the model; empty where the kind has none
     * @throws org.narrowbert.engine.error.RunError naming file and line when it cannot be read, or has another label
     */
    public LabelledSet<?> readForPrediction(Path source, List<String> known) {
        return format.read(source, LabelNames.known(known), false);
    }

    /**
     * The names of all figures by which a model can be chosen, those that count first.
     *
     * @param labels how many there are
     */
    public List<String> figures(int labels) {
        return Stream.concat(measures.names().stream(), Scoring.figures(kind, labels).stream())
                .distinct()
                .toList();
    }

    /** Whether more of a figure is better: of all but the mean squared error. */
    public static boolean isMoreBetter(String figure) {
        return !figure.equals(Scoring.MEAN_SQUARED_ERROR);
    }

    /**
     * The figures of predictions.
     *
     * @param set whose examples all have their targets
     * @param predictions one for each example, in their order
     */
    public Scores score(LabelledSet<?> set, List<? extends Prediction> predictions) {
        return Scoring.of(measures, hasUnanswerable() ? SquadVersion.V2_0 : SquadVersion.V1_1, set, predictions);
    }

    /**
     * How good predictions are label by label, for a report.
     *
     * @param set whose examples all have their targets
     * @param predictions one for each example, in their order
     */
    public Details details(LabelledSet<?> set, List<? extends Prediction> predictions) {
        return Detailing.of(set, predictions);
    }

    /**
     * The wrong predictions of highest loss, the worst first; where numbers are predicted, all are wrong that are not equal.
     *
     * @param losses of each example
     * @param most how many are given
     */
    public List<Mistake> worstMistakes(
            LabelledSet<?> set, List<? extends Prediction> predictions, double[] losses, int most) {
        return Detailing.worst(set, predictions, losses, most);
    }

    /**
     * Writes predictions to a file, which is whole or not there.
     *
     * @param format that fits the task's kind
     * @param set with labels or without
     * @param predictions one for each example, in their order
     * @throws org.narrowbert.engine.error.RunError if it cannot be written
     */
    public void write(Path file, PredictionFormat format, LabelledSet<?> set, List<? extends Prediction> predictions) {
        PredictionFile.write(file, format, name, set, predictions);
    }

    /**
     * What GLUE's server wants a submission's file to be called; of other tasks the part's name.
     *
     * @param part as {@link TaskFiles} names it, such as "test_matched"
     */
    public String submissionName(String part) {
        String ending = part.endsWith("mismatched") ? "-mm" : part.endsWith("matched") ? "-m" : "";
        return (format instanceof GlueFormat ? folder.folders().getFirst() + ending : part) + ".tsv";
    }
}
