package org.narrowbert.model.task.example;

import java.util.List;

/**
 * A question and the text that may answer it.
 *
 * @param id by which predictions name it
 * @param question as its file has it
 * @param context the text; questions of one paragraph share it
 * @param answers those that people gave; empty where unknown, or where there is none
 * @param answerable whether the context answers the question; true where unknown
 */
public record QuestionExample(String id, String question, String context, List<Answer> answers, boolean answerable)
        implements Example {
    public QuestionExample {
        answers = List.copyOf(answers);
    }

    /**
     * A part of the context.
     *
     * @param text of it
     * @param start where it begins, in characters (UTF-16) of the context; -1 where the context has it nowhere
     */
    public record Answer(String text, int start) {}
}
