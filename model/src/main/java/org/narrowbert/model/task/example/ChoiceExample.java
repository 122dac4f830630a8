package org.narrowbert.model.task.example;

import java.util.List;
import java.util.OptionalInt;

/**
 * A text and what may follow it.
 *
 * @param text the same for all choices
 * @param choices two or more
 * @param right index of the right choice; empty where unknown
 */
public record ChoiceExample(String text, List<String> choices, OptionalInt right) implements Example {
    public ChoiceExample {
        choices = List.copyOf(choices);
        if (choices.size() < 2) {
            throw new IllegalArgumentException(choices.size() + " choices");
        }
        if (right.isPresent() && (right.getAsInt() < 0 || right.getAsInt() >= choices.size())) {
            throw new IllegalArgumentException("choice " + right.getAsInt() + " of " + choices.size());
        }
    }
}
