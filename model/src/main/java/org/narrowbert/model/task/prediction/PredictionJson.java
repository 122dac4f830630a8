package org.narrowbert.model.task.prediction;

import java.util.List;
import org.narrowbert.model.json.StrictJson;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An example with its prediction as an object of JSON, labels by their names. */
final class PredictionJson {
    private static final String LABEL = "label";
    private static final String LABELS = "labels";
    private static final String PREDICTION = "prediction";
    private static final String PROBABILITY = "probability";

    private PredictionJson() {}

    static ObjectNode of(int index, LabelledSet<?> set, Example example, Prediction prediction) {
        ObjectNode object = StrictJson.object().put("index", index);
        switch (example) {
            case TextExample text -> addText(object, text, set.labels());
            case WordsExample words -> addWords(object, words, set.labels());
            case ChoiceExample choice -> {
                object.put("text", choice.text());
                add(object, "choices", choice.choices());
                choice.right().ifPresent(right -> object.put(LABEL, right));
            }
            case QuestionExample question -> object.put("id", question.id()).put("question", question.question());
        }
        addPrediction(object, set.labels(), prediction);
        return object;
    }

    private static void addText(ObjectNode object, TextExample example, List<String> labels) {
        object.put("text", example.text());
        example.second().ifPresent(second -> object.put("second", second));
        switch (example.target()) {
            case Target.Label(int index) -> object.put(LABEL, labels.get(index));
            case Target.Labels(List<Integer> present) -> add(object, LABELS, names(present, labels));
            case Target.Value(double number) -> object.put(LABEL, number);
            case Target.Unknown() -> {}
        }
    }

    private static void addWords(ObjectNode object, WordsExample example, List<String> labels) {
        add(object, "tokens", example.words());
        if (!example.labels().isEmpty()) {
            add(object, LABELS, names(example.labels(), labels));
        }
    }

    private static void addPrediction(ObjectNode object, List<String> labels, Prediction prediction) {
        switch (prediction) {
            case Prediction.Label(int index, double probability) ->
                object.put(PREDICTION, labels.get(index)).put(PROBABILITY, probability);
            case Prediction.Labels(List<Integer> present) -> add(object, PREDICTION, names(present, labels));
            case Prediction.Value(double number) -> object.put(PREDICTION, number);
            case Prediction.WordLabels(List<Integer> indices) -> add(object, PREDICTION, names(indices, labels));
            case Prediction.Choice(int index, double probability) ->
                object.put(PREDICTION, index).put(PROBABILITY, probability);
            case Prediction.AnswerText answer ->
                object.put(PREDICTION, answer.text()).put("no_answer", answer.noAnswer());
        }
    }

    private static List<String> names(List<Integer> indices, List<String> labels) {
        return indices.stream().map(labels::get).toList();
    }

    private static void add(ObjectNode object, String name, List<String> values) {
        ArrayNode list = object.putArray(name);
        values.forEach(list::add);
    }
}
