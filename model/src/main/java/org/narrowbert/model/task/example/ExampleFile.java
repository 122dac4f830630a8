package org.narrowbert.model.task.example;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.files.DurableOutput;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Labelled examples as JSON Lines, in the columns that Hugging Face's scripts read, and that are read here without being named: {@code text} or
 * {@code sentence1} and {@code sentence2}, {@code label}; {@code tokens}, {@code ner_tags}.
 */
public final class ExampleFile {
    private static final String LABEL = "label";

    private ExampleFile() {}

    /**
     * Refuses kinds of examples that have more than texts or words.
     *
     * @param task its name, for the message
     * @throws UserError saying so
     */
    public static void require(String task, TaskKind kind) {
        switch (kind) {
            case SINGLE_LABEL, MULTI_LABEL, REGRESSION, TOKEN_LABELS -> {}
            case MULTIPLE_CHOICE, QUESTION_ANSWERING ->
                throw new UserError(task + " has choices or questions, which are not written as JSON lines:"
                        + " texts and labelled words are");
        }
    }

    /**
     * Writes a set, whole or not at all.
     *
     * @throws UserError for a kind of examples that {@link #require} refuses
     */
    public static void write(LabelledSet<?> set, Path file) {
        try (DurableOutput out = DurableOutput.open(file)) {
            for (Example example : set.examples()) {
                String line = json(example, set.labels()) + "\n";
                out.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            }
            out.commit();
        }
    }

    private static ObjectNode json(Example example, List<String> labels) {
        return switch (example) {
            case TextExample text -> ofText(text, labels);
            case WordsExample words -> {
                ObjectNode object = StrictJson.object();
                add(object, "tokens", words.words());
                if (!words.labels().isEmpty()) {
                    add(object, "ner_tags", names(words.labels(), labels));
                }
                yield object;
            }
            case ChoiceExample _, QuestionExample _ -> throw new UserError("choices and questions as JSON lines");
        };
    }

    private static ObjectNode ofText(TextExample example, List<String> labels) {
        ObjectNode object = StrictJson.object();
        example.second()
                .ifPresentOrElse(
                        second -> object.put("sentence1", example.text()).put("sentence2", second),
                        () -> object.put("text", example.text()));
        switch (example.target()) {
            case Target.Label(int index) -> object.put(LABEL, labels.get(index));
            case Target.Labels(List<Integer> present) -> add(object, LABEL, names(present, labels));
            case Target.Value(double number) -> object.put(LABEL, number);
            case Target.Unknown() -> {}
        }
        return object;
    }

    private static List<String> names(List<Integer> indices, List<String> labels) {
        return indices.stream().map(labels::get).toList();
    }

    private static void add(ObjectNode object, String key, List<String> values) {
        ArrayNode array = object.putArray(key);
        values.forEach(array::add);
    }
}
