package org.narrowbert.model.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import org.narrowbert.engine.error.NearestNames;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.data.text.WordNetGloss;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.prediction.Measures;
import org.narrowbert.model.task.prediction.Scoring;
import org.narrowbert.model.task.reading.AmazonReviews;
import org.narrowbert.model.task.reading.GlueFormat;
import org.narrowbert.model.task.reading.LabelFolders;
import org.narrowbert.model.task.reading.SquadJson;
import org.narrowbert.model.task.reading.WordColumns;
import org.narrowbert.model.task.reading.WordNetCategories;
import org.narrowbert.model.task.reading.WordsTable;

/** The tasks that have a name. Labels stand in the order in which their distributions and Hugging Face count them. */
final class KnownTasks {
    /** SQuAD 2.0, some of whose questions have no answer. */
    static final String SQUAD_2 = "squad-v2";

    private static final Measures ACCURACY = new Measures(List.of(Scoring.ACCURACY), Scoring.ACCURACY);
    private static final Measures ACCURACY_AND_F1 =
            new Measures(List.of(Scoring.ACCURACY, Scoring.F1, Scoring.COMBINED), Scoring.COMBINED);
    private static final List<String> ENTAILMENT = List.of("entailment", "not_entailment");
    private static final List<String> NEGATIVE_POSITIVE = List.of("negative", "positive");
    private static final List<String> TAGS =
            List.of("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC");

    private static final List<Task> ALL = List.of(
            glue(
                    "cola",
                    "CoLA",
                    List.of("unacceptable", "acceptable"),
                    new Measures(List.of(Scoring.MATTHEWS), Scoring.MATTHEWS),
                    GlueFormat.ofOneText(
                            "sentence",
                            "label",
                            new GlueFormat.Headless(
                                    fields -> fields.size() == 4, List.of("source", "label", "mark", "sentence"), ""))),
            glue(
                    "sst2",
                    "SST-2",
                    NEGATIVE_POSITIVE,
                    ACCURACY,
                    GlueFormat.ofOneText(
                            "sentence",
                            "label",
                            new GlueFormat.Headless(
                                    fields -> fields.size() == 2
                                            && fields.getLast().matches("[01]"),
                                    List.of("sentence", "label"),
                                    " has no line of names: it is read as SST-2 at sentence level, a text, a tab and its label a line."))),
            new Task(
                    "mrpc",
                    TaskKind.SINGLE_LABEL,
                    List.of("not_equivalent", "equivalent"),
                    ACCURACY_AND_F1,
                    new GlueFormat(TaskKind.SINGLE_LABEL, "#1 String", "#2 String", "Quality"),
                    folder(
                            List.of("MRPC"),
                            List.of("train.tsv", "msr_paraphrase_train.txt"),
                            List.of("dev.tsv"),
                            List.of("test.tsv", "msr_paraphrase_test.txt"))),
            new Task(
                    "stsb",
                    TaskKind.REGRESSION,
                    List.of(),
                    new Measures(List.of(Scoring.PEARSON, Scoring.SPEARMAN, Scoring.COMBINED), Scoring.COMBINED),
                    new GlueFormat(TaskKind.REGRESSION, "sentence1", "sentence2", "score"),
                    glueFolder("STS-B")),
            glue(
                    "qqp",
                    "QQP",
                    List.of("not_duplicate", "duplicate"),
                    ACCURACY_AND_F1,
                    new GlueFormat(TaskKind.SINGLE_LABEL, "question1", "question2", "is_duplicate")
                            .leavingOutShortRows()),
            new Task(
                    "mnli",
                    TaskKind.SINGLE_LABEL,
                    List.of("entailment", "neutral", "contradiction"),
                    ACCURACY,
                    new GlueFormat(TaskKind.SINGLE_LABEL, "sentence1", "sentence2", "gold_label"),
                    mnliFolder()),
            glue(
                    "qnli",
                    "QNLI",
                    ENTAILMENT,
                    ACCURACY,
                    new GlueFormat(TaskKind.SINGLE_LABEL, "question", "sentence", "label")),
            glue(
                    "rte",
                    "RTE",
                    ENTAILMENT,
                    ACCURACY,
                    new GlueFormat(TaskKind.SINGLE_LABEL, "sentence1", "sentence2", "label")),
            glue(
                    "wnli",
                    "WNLI",
                    List.of("not_entailment", "entailment"),
                    ACCURACY,
                    new GlueFormat(TaskKind.SINGLE_LABEL, "sentence1", "sentence2", "label")),
            new Task(
                    "imdb",
                    TaskKind.SINGLE_LABEL,
                    List.of("neg", "pos"),
                    ACCURACY,
                    new LabelFolders(List.of("unsup"), true),
                    folder(
                            List.of("aclImdb", "imdb"),
                            List.of("train"),
                            List.of("validation", "dev"),
                            List.of("test"))),
            amazon(2, NEGATIVE_POSITIVE),
            amazon(5, List.of("1", "2", "3", "4", "5")),
            new Task(
                    "conll2003",
                    TaskKind.TOKEN_LABELS,
                    TAGS,
                    Scoring.measures(TaskKind.TOKEN_LABELS),
                    new WordsTable(WordColumns.usual()),
                    folder(
                            List.of("conll2003", "CoNLL-2003", "conll03"),
                            List.of("eng.train", "train.txt", "train.conll", "eng.train.txt"),
                            List.of("eng.testa", "valid.txt", "dev.txt", "dev.conll", "eng.testa.txt"),
                            List.of("eng.testb", "test.txt", "test.conll", "eng.testb.txt"))),
            squad("squad", "v1.1", Scoring.measures(TaskKind.QUESTION_ANSWERING)),
            squad(
                    SQUAD_2,
                    "v2.0",
                    new Measures(
                            List.of(Scoring.EXACT, Scoring.F1, Scoring.BEST_EXACT, Scoring.BEST_F1), Scoring.BEST_F1)),
            new Task(
                    "wordnet",
                    TaskKind.SINGLE_LABEL,
                    WordNetGloss.CATEGORIES,
                    ACCURACY,
                    new WordNetCategories(),
                    TaskFolder.NONE));

    private KnownTasks() {}

    private static Task glue(String name, String folder, List<String> labels, Measures measures, GlueFormat format) {
        return new Task(name, TaskKind.SINGLE_LABEL, labels, measures, format, glueFolder(folder));
    }

    private static Task amazon(int classes, List<String> labels) {
        return new Task(
                "amazon-" + classes,
                TaskKind.SINGLE_LABEL,
                labels,
                ACCURACY,
                new AmazonReviews(classes),
                folder(
                        List.of("amazon", "amazon_reviews_multi"),
                        tables("train"),
                        tables("dev", "validation"),
                        tables("test")));
    }

    /** What reviews are called as they were distributed, and as people save them. */
    private static List<String> tables(String... names) {
        SequencedMap<String, String> files = new LinkedHashMap<>();
        for (String name : names) {
            for (String ending :
                    List.of(".jsonl", ".json", ".csv", ".tsv", ".parquet", ".jsonl.gz", ".json.gz", ".csv.gz")) {
                files.put(name + ending, "");
                files.put("dataset_en_" + name + ending, "");
            }
        }
        return List.copyOf(files.sequencedKeySet());
    }

    private static Task squad(String name, String version, Measures measures) {
        return new Task(
                name,
                TaskKind.QUESTION_ANSWERING,
                List.of(),
                measures,
                new SquadJson(),
                folder(
                        List.of("squad", "SQuAD", name),
                        List.of("train-" + version + ".json"),
                        List.of("dev-" + version + ".json"),
                        List.of("test-" + version + ".json")));
    }

    private static TaskFolder glueFolder(String folder) {
        return folder(List.of(folder), List.of("train.tsv"), List.of("dev.tsv"), List.of("test.tsv"));
    }

    private static TaskFolder mnliFolder() {
        SequencedMap<String, List<String>> validation = new LinkedHashMap<>();
        SequencedMap<String, List<String>> test = new LinkedHashMap<>();
        for (String part : List.of("matched", "mismatched")) {
            validation.put("validation_" + part, List.of("dev_" + part + ".tsv", "multinli_1.0_dev_" + part + ".txt"));
            test.put("test_" + part, List.of("test_" + part + ".tsv"));
        }
        return new TaskFolder(
                List.of("MNLI", "multinli_1.0"), List.of("train.tsv", "multinli_1.0_train.txt"), validation, test);
    }

    private static TaskFolder folder(
            List<String> folders, List<String> train, List<String> validation, List<String> test) {
        return new TaskFolder(folders, train, part("validation", validation), part("test", test));
    }

    private static SequencedMap<String, List<String>> part(String name, List<String> files) {
        SequencedMap<String, List<String>> part = new LinkedHashMap<>();
        part.put(name, files);
        return part;
    }

    static List<String> names() {
        return ALL.stream().map(Task::name).toList();
    }

    static Optional<Task> find(String name) {
        String plain = plain(name).replace("-", "");
        return ALL.stream()
                .filter(task -> task.name().replace("-", "").equals(plain))
                .findFirst();
    }

    static Task named(String name) {
        return find(name).orElseThrow(() -> {
            List<String> nearest = NearestNames.sorted(plain(name), names());
            return new UserError("there is no task '" + name + "': did you mean " + nearest.getFirst() + " or "
                    + nearest.get(1) + "? All are " + String.join(", ", names()));
        });
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
