package org.narrowbert.model.task.prediction;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.narrowbert.model.evaluation.ConfusionMatrix;
import org.narrowbert.model.evaluation.EntityScores;
import org.narrowbert.model.evaluation.Mistake;
import org.narrowbert.model.evaluation.MultiLabelScores;
import org.narrowbert.model.evaluation.PrecisionRecall;
import org.narrowbert.model.evaluation.WorstMistakes;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;

/** Predictions label by label, and the worst of them. */
public final class Detailing {
    private static final String BETWEEN = " / ";

    private Detailing() {}

    /**
     * How good predictions are label by label.
     *
     * @param set whose examples all have their targets
     * @param predictions one for each example, in their order
     */
    public static Details of(LabelledSet<?> set, List<? extends Prediction> predictions) {
        return switch (set.kind()) {
            case SINGLE_LABEL -> {
                ConfusionMatrix matrix = Scoring.confusion(set, predictions);
                List<PrecisionRecall> found = matrix.labels();
                SequencedMap<String, PrecisionRecall> classes = new LinkedHashMap<>();
                for (int label = 0; label < set.labels().size(); label++) {
                    classes.put(set.labels().get(label), found.get(label));
                }
                yield new Details(Optional.of(matrix), classes);
            }
            case MULTI_LABEL -> {
                MultiLabelScores scores = Scoring.multiLabel(set, predictions);
                SequencedMap<String, PrecisionRecall> classes = new LinkedHashMap<>();
                for (int label = 0; label < set.labels().size(); label++) {
                    classes.put(set.labels().get(label), scores.labels().get(label));
                }
                yield new Details(Optional.empty(), classes);
            }
            case TOKEN_LABELS -> {
                EntityScores scores = EntityScores.of(Scoring.tags(set), Scoring.predictedTags(set, predictions));
                yield new Details(Optional.empty(), scores.types());
            }
            case REGRESSION, MULTIPLE_CHOICE, QUESTION_ANSWERING ->
                new Details(Optional.empty(), new LinkedHashMap<>());
        };
    }

    /**
     * The wrong predictions of highest loss, the worst first; where numbers are predicted, all are wrong that are not equal.
     *
     * @param losses of each example
     * @param most how many are given
     */
    public static List<Mistake> worst(
            LabelledSet<?> set, List<? extends Prediction> predictions, double[] losses, int most) {
        if (set.examples().size() != predictions.size() || losses.length != predictions.size()) {
            throw new IllegalArgumentException(set.examples().size() + " examples, " + predictions.size()
                    + " predictions and " + losses.length + " losses");
        }
        WorstMistakes worst = new WorstMistakes(most);
        for (int i = 0; i < losses.length; i++) {
            Example example = set.examples().get(i);
            String expected = expected(example, set.labels());
            String predicted = predicted(predictions.get(i), example, set.labels());
            if (!expected.equals(predicted)) {
                worst.offer(new Mistake(text(example), expected, predicted, losses[i]));
            }
        }
        return worst.worstFirst();
    }

    private static String text(Example example) {
        return switch (example) {
            case TextExample text ->
                text.text() + text.second().map(second -> BETWEEN + second).orElse("");
            case WordsExample words -> String.join(" ", words.words());
            case ChoiceExample choice -> choice.text();
            case QuestionExample question -> question.question();
        };
    }

    private static String expected(Example example, List<String> labels) {
        return switch (example) {
            case TextExample text ->
                switch (text.target()) {
                    case Target.Label(int index) -> labels.get(index);
                    case Target.Labels(List<Integer> present) -> names(present, labels);
                    case Target.Value(double number) -> String.valueOf(number);
                    case Target.Unknown() -> "?";
                };
            case WordsExample words -> tagged(words.words(), words.labels(), labels);
            case ChoiceExample choice ->
                choice.right().isPresent() ? choice.choices().get(choice.right().getAsInt()) : "?";
            case QuestionExample question ->
                String.join(
                        BETWEEN,
                        question.answers().stream()
                                .map(QuestionExample.Answer::text)
                                .distinct()
                                .toList());
        };
    }

    private static String predicted(Prediction prediction, Example example, List<String> labels) {
        return switch (prediction) {
            case Prediction.Label(int index, double _) -> labels.get(index);
            case Prediction.Labels(List<Integer> present) -> names(present, labels);
            case Prediction.Value(double number) -> String.valueOf(number);
            case Prediction.WordLabels(List<Integer> indices) ->
                tagged(((WordsExample) example).words(), indices, labels);
            case Prediction.Choice(int index, double _) ->
                ((ChoiceExample) example).choices().get(index);
            case Prediction.AnswerText answer -> answer(answer.text(), (QuestionExample) example);
        };
    }

    /** An answer as people gave it, where it is one of theirs: so it is no mistake. */
    private static String answer(String text, QuestionExample question) {
        boolean right =
                question.answers().stream().anyMatch(answer -> answer.text().equals(text));
        return right ? expected(question, List.of()) : text;
    }

    private static String names(List<Integer> indices, List<String> labels) {
        return String.join(", ", indices.stream().map(labels::get).toList());
    }

    /** The words whose label is not O, with their labels. */
    private static String tagged(List<String> words, List<Integer> indices, List<String> labels) {
        List<String> tagged = new ArrayList<>();
        for (int word = 0; word < Math.min(words.size(), indices.size()); word++) {
            String label = labels.get(indices.get(word));
            if (!label.equals("O")) {
                tagged.add(words.get(word) + " " + label);
            }
        }
        return String.join(", ", tagged);
    }
}
