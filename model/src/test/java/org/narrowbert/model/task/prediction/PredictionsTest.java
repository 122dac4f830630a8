package org.narrowbert.model.task.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.model.evaluation.Mistake;
import org.narrowbert.model.evaluation.PrecisionRecall;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;
import org.narrowbert.model.task.reading.TableColumns;

/** What predictions are worth, and how they are written. */
class PredictionsTest {
    private static final Path SOURCE = Path.of("a.tsv");

    @TempDir
    Path folder;

    private static <E extends Example> LabelledSet<E> set(TaskKind kind, List<String> labels, List<E> examples) {
        return new LabelledSet<>(SOURCE, kind, labels, examples, List.of());
    }

    private static LabelledSet<TextExample> texts(Task task, Target... targets) {
        return set(
                task.kind(),
                task.labels(),
                Stream.of(targets)
                        .map(target -> new TextExample("a\tb", Optional.empty(), target))
                        .toList());
    }

    private static List<Prediction> labels(int... indices) {
        return Arrays.stream(indices)
                .mapToObj(index -> (Prediction) new Prediction.Label(index, 0.75))
                .toList();
    }

    private static Target label(int index) {
        return new Target.Label(index);
    }

    private String written(
            Task task, PredictionFormat format, LabelledSet<?> set, List<? extends Prediction> predictions)
            throws IOException {
        Path file = folder.resolve("predictions");
        task.write(file, format, set, predictions);
        return Files.readString(file);
    }

    @Test
    void aTaskHasItsOwnFiguresFirstAndOneThatDecides() {
        Task mrpc = Task.named("mrpc");
        Scores scores = mrpc.score(texts(mrpc, label(1), label(1), label(0), label(0)), labels(1, 0, 0, 1));
        assertThat(scores.figures().sequencedKeySet())
                .containsExactly("accuracy", "f1", "combined_score", "f1_macro", "matthews_correlation");
        assertThat(scores.figures()).containsEntry("accuracy", 0.5).containsEntry("f1", 0.5);
        assertThat(scores.deciding()).isEqualTo(0.5);
        Task cola = Task.named("cola");
        assertThat(cola.score(texts(cola, label(1), label(0)), labels(1, 0)).deciding())
                .isEqualTo(1);
    }

    @Test
    void numbersAreScoredByTheMeanOfTwoCorrelations() {
        Task stsb = Task.named("stsb");
        LabelledSet<TextExample> set = texts(stsb, new Target.Value(1), new Target.Value(2), new Target.Value(4));
        Scores scores =
                stsb.score(set, List.of(new Prediction.Value(1), new Prediction.Value(3), new Prediction.Value(2)));
        double pearson = 0.3273268353539886;
        assertThat(scores.figures().get("pearson")).isCloseTo(pearson, within(1e-12));
        assertThat(scores.figures().get("spearmanr")).isCloseTo(0.5, within(1e-12));
        assertThat(scores.deciding()).isCloseTo((pearson + 0.5) / 2, within(1e-12));
    }

    @Test
    void entitiesAreScoredWordsThatWereCutOffCountAsOutside() {
        Task conll = Task.named("conll2003");
        LabelledSet<WordsExample> set = set(
                TaskKind.TOKEN_LABELS,
                conll.labels(),
                List.of(
                        new WordsExample(List.of("Ann", "sat"), List.of(1, 0), 0),
                        new WordsExample(List.of("so", "did", "Bob"), List.of(0, 0, 1), 0)));
        Scores scores = conll.score(
                set, List.of(new Prediction.WordLabels(List.of(1, 0)), new Prediction.WordLabels(List.of(0, 0))));
        assertThat(scores.figures()).containsEntry("precision", 1.0).containsEntry("recall", 0.5);
        assertThat(scores.deciding()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(scores.figures()).containsEntry("accuracy", 0.8);
    }

    @Test
    void otherKindsHaveTheirFiguresToo() {
        Task several = Task.ofTexts(TaskKind.MULTI_LABEL, TableColumns.usual());
        LabelledSet<TextExample> set = set(
                TaskKind.MULTI_LABEL,
                List.of("x", "y"),
                List.of(new TextExample("a", Optional.empty(), new Target.Labels(List.of(0, 1)))));
        assertThat(several.score(set, List.of(new Prediction.Labels(List.of(0))))
                        .figures())
                .containsEntry("precision", 1.0)
                .containsEntry("recall", 0.5)
                .containsEntry("accuracy", 0.0);
        LabelledSet<ChoiceExample> choices = set(
                TaskKind.MULTIPLE_CHOICE,
                List.of(),
                List.of(new ChoiceExample("a", List.of("b", "c"), OptionalInt.of(1))));
        assertThat(Task.ofChoices()
                        .score(choices, List.of(new Prediction.Choice(1, 0.9)))
                        .deciding())
                .isEqualTo(1);
        assertThat(Task.named("squad-v2").score(questions(), answers()).figures())
                .containsEntry("exact_match", 50.0)
                .containsEntry("HasAns_exact", 100.0)
                .containsEntry("best_exact", 100.0)
                .containsEntry("best_exact_thresh", -2.5);
    }

    @Test
    void whatIsNoAnswerIsWrittenAsNoneAndScoredWithTheBestThresholdOfAll() throws IOException {
        Task squad = Task.named("squad-v2");
        List<Prediction> none =
                List.of(new Prediction.AnswerText("Ann", 1, true), new Prediction.AnswerText("Bob", 5, true));
        assertThat(squad.score(questions(), none).figures())
                .containsEntry("exact_match", 50.0)
                .containsEntry("best_f1", 100.0)
                .containsEntry("best_f1_thresh", 1.0);
        assertThat(written(squad, PredictionFormat.SQUAD, questions(), none))
                .isEqualTo("{\n  \"q1\": \"\",\n  \"q\\\"2\": \"\"\n}\n");
        assertThat(Task.named("squad").score(questions(), answers()).figures()).containsOnlyKeys("exact_match", "f1");
    }

    private static LabelledSet<QuestionExample> questions() {
        return set(
                TaskKind.QUESTION_ANSWERING,
                List.of(),
                List.of(
                        new QuestionExample("q1", "Who?", "Ann.", List.of(new QuestionExample.Answer("Ann", 0)), true),
                        new QuestionExample("q\"2", "Why?", "Ann.", List.of(), false)));
    }

    private static List<Prediction> answers() {
        return List.of(new Prediction.AnswerText("Ann.", -2.5, false), new Prediction.AnswerText("A \"nn", 1, false));
    }

    @Test
    void aReportHasEachLabelsFiguresAndHowOneIsTakenForAnother() {
        Task rte = Task.named("rte");
        Details details = rte.details(texts(rte, label(0), label(0), label(1)), labels(0, 1, 1));
        assertThat(details.confusion().orElseThrow().count(0, 1)).isEqualTo(1);
        assertThat(details.classes().get("entailment")).isEqualTo(new PrecisionRecall(1, 0.5, 2.0 / 3, 2));
        Task conll = Task.named("conll2003");
        LabelledSet<WordsExample> words =
                set(TaskKind.TOKEN_LABELS, conll.labels(), List.of(new WordsExample(List.of("Ann"), List.of(1), 0)));
        assertThat(conll.details(words, List.of(new Prediction.WordLabels(List.of(5))))
                        .classes())
                .containsOnlyKeys("LOC", "PER");
    }

    @Test
    void theWorstMistakesAreWrongAndOfHighestLoss() {
        Task rte = Task.named("rte");
        LabelledSet<TextExample> set = set(
                TaskKind.SINGLE_LABEL,
                rte.labels(),
                List.of(
                        new TextExample("a", Optional.of("b"), label(0)),
                        new TextExample("c", Optional.of("d"), label(1)),
                        new TextExample("e", Optional.of("f"), label(0))));
        assertThat(rte.worstMistakes(set, labels(1, 1, 1), new double[] {1, 9, 2}, 5))
                .containsExactly(
                        new Mistake("e / f", "entailment", "not_entailment", 2),
                        new Mistake("a / b", "entailment", "not_entailment", 1));
        assertThat(Task.named("squad-v2").worstMistakes(questions(), answers(), new double[] {1, 2}, 5))
                .containsExactly(new Mistake("Why?", "", "A \"nn", 2), new Mistake("Who?", "Ann", "Ann.", 1));
        Task conll = Task.named("conll2003");
        LabelledSet<WordsExample> words = set(
                TaskKind.TOKEN_LABELS,
                conll.labels(),
                List.of(new WordsExample(List.of("Ann", "sat"), List.of(1, 0), 0)));
        assertThat(conll.worstMistakes(words, List.of(new Prediction.WordLabels(List.of(5, 1))), new double[] {1}, 5))
                .containsExactly(new Mistake("Ann sat", "Ann B-PER", "Ann B-LOC, sat B-PER", 1));
    }

    @Test
    void gluesServerWantsNumbersOrNamesTaskByTask() throws IOException {
        Task sst2 = Task.named("sst2");
        assertThat(written(sst2, PredictionFormat.GLUE, texts(sst2, label(0), label(0)), labels(1, 0)))
                .isEqualTo("index\tprediction\n0\t1\n1\t0\n");
        Task qnli = Task.named("qnli");
        assertThat(written(qnli, PredictionFormat.GLUE, texts(qnli, new Target.Unknown()), labels(1)))
                .isEqualTo("index\tprediction\n0\tnot_entailment\n");
        Task stsb = Task.named("stsb");
        assertThat(written(
                        stsb,
                        PredictionFormat.GLUE,
                        texts(stsb, new Target.Unknown()),
                        List.of(new Prediction.Value(3.14159))))
                .isEqualTo("index\tprediction\n0\t3.142\n");
        assertThat(Task.named("cola").submissionName("test")).isEqualTo("CoLA.tsv");
        assertThat(Task.named("mnli").submissionName("test_matched")).isEqualTo("MNLI-m.tsv");
        assertThat(Task.named("mnli").submissionName("test_mismatched")).isEqualTo("MNLI-mm.tsv");
    }

    @Test
    void wordsAreWrittenAsConllevalReadsThem() throws IOException {
        Task conll = Task.named("conll2003");
        LabelledSet<WordsExample> labelled = set(
                TaskKind.TOKEN_LABELS,
                conll.labels(),
                List.of(
                        new WordsExample(List.of("Ann", "sat"), List.of(1, 0), 0),
                        new WordsExample(List.of("Bob"), List.of(1), 0)));
        List<Prediction> predictions =
                List.of(new Prediction.WordLabels(List.of(5, 0)), new Prediction.WordLabels(List.of()));
        assertThat(written(conll, PredictionFormat.CONLL, labelled, predictions))
                .isEqualTo("Ann B-PER B-LOC\nsat O O\n\nBob B-PER O\n\n");
        LabelledSet<WordsExample> bare = set(
                TaskKind.TOKEN_LABELS,
                conll.labels(),
                List.of(new WordsExample(List.of("New York", "sat"), List.of(), 0)));
        assertThat(written(conll, PredictionFormat.CONLL, bare, predictions.subList(0, 1)))
                .isEqualTo("New York\tB-LOC\nsat\tO\n\n");
    }

    @Test
    void answersAreWrittenAsSquadsScorersReadThem() throws IOException {
        Task squad = Task.named("squad-v2");
        assertThat(written(squad, PredictionFormat.SQUAD, questions(), answers()))
                .isEqualTo("{\n  \"q1\": \"Ann.\",\n  \"q\\\"2\": \"A \\\"nn\"\n}\n");
        assertThat(written(squad, PredictionFormat.SQUAD_NO_ANSWER, questions(), answers()))
                .isEqualTo("{\n  \"q1\": -2.5,\n  \"q\\\"2\": 1.0\n}\n");
    }

    @Test
    void jsonLinesHaveTheExampleAndThePrediction() throws IOException {
        Task rte = Task.named("rte");
        assertThat(written(rte, PredictionFormat.JSON_LINES, texts(rte, label(1), new Target.Unknown()), labels(0, 1)))
                .isEqualTo("""
                        {"index":0,"text":"a\\tb","label":"not_entailment","prediction":"entailment","probability":0.75}
                        {"index":1,"text":"a\\tb","prediction":"not_entailment","probability":0.75}
                        """);
        Task squad = Task.named("squad");
        assertThat(written(squad, PredictionFormat.JSON_LINES, questions(), answers()))
                .startsWith(
                        "{\"index\":0,\"id\":\"q1\",\"question\":\"Who?\",\"prediction\":\"Ann.\",\"no_answer\":-2.5}");
    }

    @Test
    void everyKindHasAFormatAndOthersDoNotFit() {
        for (TaskKind kind : TaskKind.values()) {
            assertThat(PredictionFormat.of(kind).fits(kind)).isTrue();
            assertThat(PredictionFormat.JSON_LINES.fits(kind)).isTrue();
        }
        Task rte = Task.named("rte");
        assertThatThrownBy(() -> written(rte, PredictionFormat.CONLL, texts(rte, label(1)), labels(0)))
                .hasMessage("SINGLE_LABEL as CONLL");
    }
}
