package org.narrowbert.model.evaluation;

/**
 * An example that was predicted badly, as a report shows it.
 *
 * @param text of the example
 * @param expected what is right
 * @param predicted what was predicted
 * @param loss of it, as in training
 */
public record Mistake(String text, String expected, String predicted, double loss) {}
