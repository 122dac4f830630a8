package org.narrowbert.model.task.example;

import java.util.Optional;

/**
 * A text, or a pair of texts.
 *
 * @param text as its file has it
 * @param second the other text of a pair
 * @param target what should be predicted
 */
public record TextExample(String text, Optional<String> second, Target target) implements Example {}
