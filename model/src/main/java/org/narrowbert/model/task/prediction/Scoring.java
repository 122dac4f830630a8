package org.narrowbert.model.task.prediction;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.narrowbert.model.evaluation.Average;
import org.narrowbert.model.evaluation.ConfusionMatrix;
import org.narrowbert.model.evaluation.EntityScores;
import org.narrowbert.model.evaluation.MultiLabelScores;
import org.narrowbert.model.evaluation.Regression;
import org.narrowbert.model.evaluation.SpanScores;
import org.narrowbert.model.evaluation.SquadVersion;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;

/** Predictions against what is known, by the kind of task. */
public final class Scoring {
    /** Share of examples, or of words, whose label is right; of several labels, whose labels are all right. */
    public static final String ACCURACY = "accuracy";

    /** Of two labels that of the second one; of several labels, of entities and of answers that of all together. */
    public static final String F1 = "f1";

    /** Mean of the labels' F1. */
    public static final String F1_MACRO = "f1_macro";

    /** Share of what was predicted that is right. */
    public static final String PRECISION = "precision";

    /** Share of what is right that was predicted. */
    public static final String RECALL = "recall";

    /** Matthews' correlation coefficient, from -1 to 1. */
    public static final String MATTHEWS = "matthews_correlation";

    /** Pearson's correlation of numbers, from -1 to 1. */
    public static final String PEARSON = "pearson";

    /** Spearman's correlation of their ranks, from -1 to 1. */
    public static final String SPEARMAN = "spearmanr";

    /** Mean squared error of numbers. */
    public static final String MEAN_SQUARED_ERROR = "mse";

    /** Per cent of questions whose answer is one that people gave. */
    public static final String EXACT = "exact_match";

    /** The same with the best threshold for no answer. */
    public static final String BEST_EXACT = "best_exact";

    /** F1 of answers with the best threshold for no answer. */
    public static final String BEST_F1 = "best_f1";

    /** The mean of a task's other figures, as GLUE scores tasks that have two. */
    public static final String COMBINED = "combined_score";

    private static final String OUTSIDE = "O";

    private Scoring() {}

    /** The figures of a kind of task, where a task has no others. */
    public static Measures measures(TaskKind kind) {
        return switch (kind) {
            case SINGLE_LABEL -> new Measures(List.of(ACCURACY, F1_MACRO), ACCURACY);
            case MULTI_LABEL -> new Measures(List.of(F1, F1_MACRO, ACCURACY), F1);
            case REGRESSION -> new Measures(List.of(PEARSON, SPEARMAN, COMBINED), COMBINED);
            case TOKEN_LABELS -> new Measures(List.of(F1, PRECISION, RECALL, ACCURACY), F1);
            case MULTIPLE_CHOICE -> new Measures(List.of(ACCURACY), ACCURACY);
            case QUESTION_ANSWERING -> new Measures(List.of(EXACT, F1), F1);
        };
    }

    /**
     * All figures that predictions of a kind get and that have a better end, in their order.
     *
     * @param labels how many there are
     */
    public static List<String> figures(TaskKind kind, int labels) {
        return switch (kind) {
            case SINGLE_LABEL ->
                labels == 2 ? List.of(ACCURACY, F1, F1_MACRO, MATTHEWS) : List.of(ACCURACY, F1_MACRO, MATTHEWS);
            case MULTI_LABEL -> List.of(F1, F1_MACRO, PRECISION, RECALL, ACCURACY);
            case REGRESSION -> List.of(PEARSON, SPEARMAN, MEAN_SQUARED_ERROR);
            case TOKEN_LABELS -> List.of(F1, PRECISION, RECALL, ACCURACY);
            case MULTIPLE_CHOICE -> List.of(ACCURACY);
            case QUESTION_ANSWERING -> List.of(EXACT, F1);
        };
    }

    /**
     * The figures of predictions.
     *
     * @param measures that are told first
     * @param version by whose rules answers to questions count
     * @param set whose examples all have their targets
     * @param predictions one for each example, in their order
     */
    public static Scores of(
            Measures measures, SquadVersion version, LabelledSet<?> set, List<? extends Prediction> predictions) {
        if (set.examples().size() != predictions.size()) {
            throw new IllegalArgumentException(
                    predictions.size() + " predictions of " + set.examples().size() + " examples");
        }
        SequencedMap<String, Double> all = switch (set.kind()) {
            case SINGLE_LABEL -> classes(confusion(set, predictions));
            case MULTI_LABEL -> labels(multiLabel(set, predictions));
            case REGRESSION -> numbers(set, predictions);
            case TOKEN_LABELS -> entities(EntityScores.of(tags(set), predictedTags(set, predictions)));
            case MULTIPLE_CHOICE -> choices(set, predictions);
            case QUESTION_ANSWERING -> spans(SpanScores.of(answered(set, predictions), version), version);
        };
        all.put(COMBINED, combined(measures, all));
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        for (String name : measures.names()) {
            figures.put(name, figure(all, name));
        }
        all.remove(COMBINED);
        all.forEach(figures::putIfAbsent);
        return new Scores(figures, figure(figures, measures.deciding()));
    }

    private static double figure(SequencedMap<String, Double> figures, String name) {
        Double figure = figures.get(name);
        if (figure == null) {
            throw new IllegalArgumentException("no figure " + name + " among " + figures.keySet());
        }
        return figure;
    }

    private static double combined(Measures measures, SequencedMap<String, Double> all) {
        return measures.names().stream()
                .filter(name -> !name.equals(COMBINED))
                .mapToDouble(name -> figure(all, name))
                .average()
                .orElse(Double.NaN);
    }

    /** How often each label was predicted where each is right. */
    static ConfusionMatrix confusion(LabelledSet<?> set, List<? extends Prediction> predictions) {
        int[] right = new int[predictions.size()];
        int[] predicted = new int[predictions.size()];
        for (int i = 0; i < right.length; i++) {
            right[i] = ((Target.Label) target(set, i)).index();
            predicted[i] = ((Prediction.Label) predictions.get(i)).index();
        }
        return ConfusionMatrix.of(set.labels().size(), right, predicted);
    }

    private static Target target(LabelledSet<?> set, int example) {
        return ((TextExample) set.examples().get(example)).target();
    }

    private static SequencedMap<String, Double> classes(ConfusionMatrix matrix) {
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put(ACCURACY, matrix.accuracy());
        if (matrix.classes() == 2) {
            figures.put(F1, matrix.labels().get(1).f1());
        }
        figures.put(F1_MACRO, matrix.average(Average.MACRO).f1());
        figures.put(MATTHEWS, matrix.matthews());
        return figures;
    }

    /** How well texts with any number of labels are labelled. */
    static MultiLabelScores multiLabel(LabelledSet<?> set, List<? extends Prediction> predictions) {
        int[][] right = new int[predictions.size()][];
        int[][] predicted = new int[predictions.size()][];
        for (int i = 0; i < right.length; i++) {
            right[i] = array(((Target.Labels) target(set, i)).present());
            predicted[i] = array(((Prediction.Labels) predictions.get(i)).present());
        }
        return MultiLabelScores.of(set.labels().size(), right, predicted);
    }

    private static SequencedMap<String, Double> labels(MultiLabelScores scores) {
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put(F1, scores.together().f1());
        figures.put(F1_MACRO, scores.average(Average.MACRO).f1());
        figures.put(PRECISION, scores.together().precision());
        figures.put(RECALL, scores.together().recall());
        figures.put(ACCURACY, scores.exact());
        return figures;
    }

    private static int[] array(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    private static SequencedMap<String, Double> numbers(LabelledSet<?> set, List<? extends Prediction> predictions) {
        double[] right = new double[predictions.size()];
        double[] predicted = new double[predictions.size()];
        for (int i = 0; i < right.length; i++) {
            right[i] = ((Target.Value) target(set, i)).number();
            predicted[i] = ((Prediction.Value) predictions.get(i)).number();
        }
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put(PEARSON, Regression.pearson(right, predicted));
        figures.put(SPEARMAN, Regression.spearman(right, predicted));
        figures.put(MEAN_SQUARED_ERROR, Regression.meanSquaredError(right, predicted));
        return figures;
    }

    private static SequencedMap<String, Double> entities(EntityScores scores) {
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put(F1, scores.together().f1());
        figures.put(PRECISION, scores.together().precision());
        figures.put(RECALL, scores.together().recall());
        figures.put(ACCURACY, scores.accuracy());
        return figures;
    }

    /** Names of the labels of each sentence's words. */
    static List<List<String>> tags(LabelledSet<?> set) {
        List<List<String>> tags = new ArrayList<>(set.examples().size());
        for (Example example : set.examples()) {
            tags.add(((WordsExample) example)
                    .labels().stream().map(set.labels()::get).toList());
        }
        return tags;
    }

    /** Names of the labels that were predicted of each sentence's words; O for those that were cut off. */
    static List<List<String>> predictedTags(LabelledSet<?> set, List<? extends Prediction> predictions) {
        List<List<String>> tags = new ArrayList<>(predictions.size());
        for (int i = 0; i < predictions.size(); i++) {
            List<Integer> predicted = ((Prediction.WordLabels) predictions.get(i)).labels();
            int words = ((WordsExample) set.examples().get(i)).words().size();
            List<String> sentence = new ArrayList<>(words);
            for (int word = 0; word < words; word++) {
                sentence.add(word < predicted.size() ? set.labels().get(predicted.get(word)) : OUTSIDE);
            }
            tags.add(sentence);
        }
        return tags;
    }

    private static SequencedMap<String, Double> choices(LabelledSet<?> set, List<? extends Prediction> predictions) {
        int right = 0;
        for (int i = 0; i < predictions.size(); i++) {
            int choice = ((Prediction.Choice) predictions.get(i)).index();
            right += ((ChoiceExample) set.examples().get(i)).right().orElseThrow() == choice ? 1 : 0;
        }
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put(ACCURACY, (double) right / predictions.size());
        return figures;
    }

    private static List<SpanScores.Answered> answered(LabelledSet<?> set, List<? extends Prediction> predictions) {
        List<SpanScores.Answered> answered = new ArrayList<>(predictions.size());
        for (int i = 0; i < predictions.size(); i++) {
            QuestionExample question = (QuestionExample) set.examples().get(i);
            Prediction.AnswerText answer = (Prediction.AnswerText) predictions.get(i);
            answered.add(new SpanScores.Answered(
                    question.answers().stream()
                            .map(QuestionExample.Answer::text)
                            .toList(),
                    answer.best(),
                    answer.noAnswer(),
                    answer.isNone()));
        }
        return answered;
    }

    private static SequencedMap<String, Double> spans(SpanScores scores, SquadVersion version) {
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put(EXACT, scores.exact());
        figures.put(F1, scores.f1());
        if (version == SquadVersion.V1_1) {
            return figures;
        }
        figures.put("HasAns_exact", scores.answerable().exact());
        figures.put("HasAns_f1", scores.answerable().f1());
        figures.put("NoAns_exact", scores.unanswerable().exact());
        figures.put("NoAns_f1", scores.unanswerable().f1());
        figures.put(BEST_EXACT, scores.bestExact());
        figures.put("best_exact_thresh", scores.bestExactThreshold());
        figures.put(BEST_F1, scores.bestF1());
        figures.put("best_f1_thresh", scores.bestF1Threshold());
        return figures;
    }
}
