package org.narrowbert.model.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * An encoder's architecture: sublayers in order, with exactly one colon and any number of bracket pairs left of it. Two layouts are equal
 * when their steps are, however they were written.
 *
 * @param steps every step, repeats written out
 * @param source the layout as it was written; {@link #text} is the same layout in canonical form
 */
public record Layout(List<Step> steps, String source) {
    /** The most sublayers a layout may have: far more than anyone trains, few enough that no string can exhaust memory. */
    public static final int MAX_SUBLAYERS = 1_000;

    /** Takes steps that {@link LayoutParser} has checked. */
    public Layout {
        steps = List.copyOf(steps);
    }

    /**
     * Reads a layout.
     *
     * @throws org.narrowbert.engine.error.UserError naming the column and what was expected there
     */
    public static Layout parse(String text) {
        return LayoutParser.parse(text);
    }

    /**
     * Plain BERT, {@code {sf}L:}.
     *
     * @param layers number of layers, 1 or more
     */
    public static Layout dense(int layers) {
        return parse("{sf}" + layers + ":");
    }

    /** The sublayers in order. */
    public List<Sublayer> sublayers() {
        List<Sublayer> sublayers = new ArrayList<>();
        int colon = steps.indexOf(Step.NARROW);
        for (int index = 0; index < steps.size(); index++) {
            Step step = steps.get(index);
            if (step.isSublayer()) {
                boolean narrow = index > colon;
                int before = count(step, 0, index);
                int number = narrow ? before - count(step, 0, colon) : before;
                sublayers.add(new Sublayer(step, narrow, number, before));
            }
        }
        return List.copyOf(sublayers);
    }

    /** The depth as config.json counts it: the larger number of attention and feed-forward sublayers in the whole layout. */
    public int numHiddenLayers() {
        return Math.max(count(Step.ATTENTION, 0, steps.size()), count(Step.FEED_FORWARD, 0, steps.size()));
    }

    /** Whether some layers run on the kept rows only, so that training needs a choice of important tokens. */
    public boolean hasBrackets() {
        return steps.contains(Step.DROP);
    }

    /** The same sublayers and weights with every row in every layer: what validation and inference run. */
    public Layout withoutBrackets() {
        return hasBrackets()
                ? of(steps.stream()
                        .filter(step -> step != Step.DROP && step != Step.REJOIN)
                        .toList())
                : this;
    }

    /**
     * The steps with the colon as far left as it can stand without another result: before the last attention, since of the states after that only
     * the narrow rows are read. It stays where it is when attention right of it reads all rows there, and never moves into brackets. Weights keep
     * the names that {@link #sublayers} gives them.
     */
    public List<Step> narrowedSteps() {
        int colon = steps.indexOf(Step.NARROW);
        int place = Math.max(steps.lastIndexOf(Step.ATTENTION), steps.lastIndexOf(Step.REJOIN) + 1);
        if (place >= colon) {
            return steps;
        }
        List<Step> narrowed = new ArrayList<>(steps);
        narrowed.remove(colon);
        narrowed.add(place, Step.NARROW);
        return List.copyOf(narrowed);
    }

    /** Plain BERT of the same depth, what a speed-up is measured against. */
    public Layout denseBaseline() {
        return dense(numHiddenLayers());
    }

    /** The number k of full layers if this is sparse-queries-k, {@code {sf}k:{sf}m} with k and m at least 1; otherwise empty. */
    public OptionalInt fullLengthLayers() {
        int full = count(Step.ATTENTION, 0, steps.indexOf(Step.NARROW));
        int narrow = numHiddenLayers() - full;
        boolean sparse = full > 0 && narrow > 0 && steps.equals(parse("{sf}" + full + ":{sf}" + narrow).steps);
        return sparse ? OptionalInt.of(full) : OptionalInt.empty();
    }

    /** The canonical form, with its colon and with repeats folded: the same for equal layouts, and parses to an equal one. */
    public String text() {
        return LayoutText.of(steps);
    }

    /** The layout as it was written. */
    @Override
    public String toString() {
        return source;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Layout layout && layout.steps.equals(steps);
    }

    @Override
    public int hashCode() {
        return steps.hashCode();
    }

    /** A layout of steps that are known to be sound, written canonically. */
    private static Layout of(List<Step> steps) {
        return new Layout(steps, LayoutText.of(steps));
    }

    private int count(Step step, int from, int to) {
        int count = 0;
        for (int index = from; index < to; index++) {
            count += steps.get(index) == step ? 1 : 0;
        }
        return count;
    }
}
