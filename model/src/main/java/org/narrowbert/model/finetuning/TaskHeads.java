package org.narrowbert.model.finetuning;

import java.util.List;
import java.util.Optional;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.FrozenLayers;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.heads.HeadType;
import org.narrowbert.model.heads.QuestionAnswering;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.TaskKind;

/** Which head a task needs, and what config.json says of it: the classes of Hugging Face's transformers that have the same. */
public final class TaskHeads {
    private TaskHeads() {}

    /**
     * A model for a task.
     *
     * @param labels names of the task's labels; empty where it has none
     * @param frozen the part of the encoder that training leaves as it is
     */
    public static TaskModel model(BertConfig config, Task task, List<String> labels, FrozenLayers frozen) {
        return new TaskModel(config, type(task.kind()), columns(task.kind(), labels), head(task, labels), frozen);
    }

    private static HeadType type(TaskKind kind) {
        return switch (kind) {
            case SINGLE_LABEL, MULTI_LABEL, REGRESSION, MULTIPLE_CHOICE -> HeadType.SEQUENCE_CLASSIFICATION;
            case TOKEN_LABELS -> HeadType.TOKEN_CLASSIFICATION;
            case QUESTION_ANSWERING -> HeadType.QUESTION_ANSWERING;
        };
    }

    /** Columns of the logits of a kind of task. */
    static int columns(TaskKind kind, List<String> labels) {
        return switch (kind) {
            case SINGLE_LABEL, MULTI_LABEL, TOKEN_LABELS -> labels.size();
            case REGRESSION, MULTIPLE_CHOICE -> 1;
            case QUESTION_ANSWERING -> QuestionAnswering.SCORES;
        };
    }

    private static HeadConfig head(Task task, List<String> labels) {
        Optional<String> name = Optional.of(task.name());
        String texts = "BertForSequenceClassification";
        return switch (task.kind()) {
            case SINGLE_LABEL -> new HeadConfig(texts, labels, Optional.of("single_label_classification"), name);
            case MULTI_LABEL -> new HeadConfig(texts, labels, Optional.of("multi_label_classification"), name);
            // transformers counts the columns of the logits by the labels.
            case REGRESSION -> new HeadConfig(texts, List.of("LABEL_0"), Optional.of("regression"), name);
            case TOKEN_LABELS -> new HeadConfig("BertForTokenClassification", labels, Optional.empty(), name);
            case MULTIPLE_CHOICE -> new HeadConfig("BertForMultipleChoice", List.of(), Optional.empty(), name);
            case QUESTION_ANSWERING -> new HeadConfig("BertForQuestionAnswering", List.of(), Optional.empty(), name);
        };
    }
}
