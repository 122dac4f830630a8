package org.narrowbert.model.task.prediction;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.narrowbert.model.files.DurableOutput;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.WordsExample;
import tools.jackson.databind.node.JsonNodeFactory;

/** A file of predictions: whole when it has its name. */
public final class PredictionFile {
    /** Tasks whose labels are numbers in GLUE's files, as its server wants them. */
    private static final Set<String> NUMBERED = Set.of("cola", "sst2", "mrpc", "qqp", "wnli");

    private static final int BUFFER = 1 << 16;

    private final DurableOutput file;
    private final StringBuilder text = new StringBuilder();

    private PredictionFile(DurableOutput file) {
        this.file = file;
    }

    /**
     * Writes predictions.
     *
     * @param format that fits the task's kind
     * @param task its name: of some tasks GLUE's server wants labels as numbers
     * @param set with labels or without
     * @param predictions one for each example, in their order
     * @throws org.narrowbert.engine.error.RunError if it cannot be written
     */
    public static void write(
            Path path,
            PredictionFormat format,
            String task,
            LabelledSet<?> set,
            List<? extends Prediction> predictions) {
        if (!format.fits(set.kind())) {
            throw new IllegalArgumentException(set.kind() + " as " + format);
        }
        if (set.examples().size() != predictions.size()) {
            throw new IllegalArgumentException(
                    predictions.size() + " predictions of " + set.examples().size() + " examples");
        }
        try (DurableOutput file = DurableOutput.open(path)) {
            PredictionFile output = new PredictionFile(file);
            switch (format) {
                case GLUE -> output.glue(task, set, predictions);
                case CONLL -> output.conll(set, predictions);
                case SQUAD -> output.answers(set, predictions, answer -> quoted(answer.text()));
                case SQUAD_NO_ANSWER -> output.answers(set, predictions, answer -> String.valueOf(answer.noAnswer()));
                case JSON_LINES -> output.jsonLines(set, predictions);
            }
            output.flush();
            file.commit();
        }
    }

    private void glue(String task, LabelledSet<?> set, List<? extends Prediction> predictions) {
        line("index\tprediction");
        for (int i = 0; i < predictions.size(); i++) {
            line(i + "\t" + glue(task, set.labels(), predictions.get(i)));
        }
    }

    private static String glue(String task, List<String> labels, Prediction prediction) {
        return switch (prediction) {
            case Prediction.Label label ->
                NUMBERED.contains(task) ? String.valueOf(label.index()) : labels.get(label.index());
            case Prediction.Value value -> String.format(Locale.ROOT, "%.3f", value.number());
            case Prediction.Labels _, Prediction.WordLabels _, Prediction.Choice _, Prediction.AnswerText _ ->
                throw new IllegalArgumentException(prediction + " as GLUE's");
        };
    }

    private void conll(LabelledSet<?> set, List<? extends Prediction> predictions) {
        List<List<String>> tags = Scoring.predictedTags(set, predictions);
        boolean blanks = set.examples().stream()
                .flatMap(example -> ((WordsExample) example).words().stream())
                .anyMatch(word -> word.indexOf(' ') >= 0);
        String between = blanks ? "\t" : " ";
        for (int i = 0; i < tags.size(); i++) {
            WordsExample sentence = (WordsExample) set.examples().get(i);
            for (int word = 0; word < sentence.words().size(); word++) {
                String right = sentence.labels().isEmpty()
                        ? ""
                        : between + set.labels().get(sentence.labels().get(word));
                line(sentence.words().get(word) + right + between + tags.get(i).get(word));
            }
            line("");
        }
    }

    /** Writes a value of a prediction as JSON. */
    private interface JsonOf {
        String json(Prediction.AnswerText answer);
    }

    private void answers(LabelledSet<?> set, List<? extends Prediction> predictions, JsonOf value) {
        line("{");
        for (int i = 0; i < predictions.size(); i++) {
            QuestionExample question = (QuestionExample) set.examples().get(i);
            line("  " + quoted(question.id()) + ": " + value.json((Prediction.AnswerText) predictions.get(i))
                    + (i + 1 < predictions.size() ? "," : ""));
        }
        line("}");
    }

    private void jsonLines(LabelledSet<?> set, List<? extends Prediction> predictions) {
        for (int i = 0; i < predictions.size(); i++) {
            line(PredictionJson.of(i, set, set.examples().get(i), predictions.get(i))
                    .toString());
        }
    }

    private static String quoted(String text) {
        return JsonNodeFactory.instance.stringNode(text).toString();
    }

    private void line(String line) {
        text.append(line).append('\n');
        if (text.length() >= BUFFER) {
            flush();
        }
    }

    private void flush() {
        file.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
        text.setLength(0);
    }
}
