package org.narrowbert.model.encoder;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.layout.Step;
import org.narrowbert.model.layout.Sublayer;

/**
 * The names of a model's weights under another layout: the i-th attention and the i-th feed-forward sublayer of the whole layout take those of the i-th
 * there was. So a pretrained BERT becomes the start of a narrow one, and back.
 *
 * @param from the layout whose names the weights have
 * @param to the layout whose names they get; it has as many sublayers of each kind
 */
public record LayoutConversion(Layout from, Layout to) {
    private static final Pattern SUBLAYER = Pattern.compile(
            "bert\\.encoder(?<narrow>_narrow)?\\.layer\\.(?<number>[0-9]{1,4})\\.(?<rest>(?<attention>attention\\.)?.+)");

    /**
     * Checks that no sublayer is to spare or missing.
     *
     * @throws UserError naming both layouts and their numbers of sublayers
     */
    public LayoutConversion {
        for (Step kind : new Step[] {Step.ATTENTION, Step.FEED_FORWARD}) {
            long there = count(from, kind);
            long asked = count(to, kind);
            if (there != asked) {
                throw new UserError("layout " + to + " has " + asked + " "
                        + (kind == Step.ATTENTION ? "attention" : "feed-forward")
                        + " sublayers, but the model's layout "
                        + from + " has " + there + ": choose one with as many");
            }
        }
    }

    private static long count(Layout layout, Step kind) {
        return layout.sublayers().stream()
                .filter(sublayer -> sublayer.kind() == kind)
                .count();
    }

    /** A tensor's new name; empty when it is of a layer that {@code from} does not have. What is not of the layers keeps its name. */
    public Optional<String> renamed(String name) {
        Matcher matcher = SUBLAYER.matcher(name);
        if (!matcher.matches()) {
            return Optional.of(name);
        }
        Step kind = matcher.group("attention") == null ? Step.FEED_FORWARD : Step.ATTENTION;
        boolean narrow = matcher.group("narrow") != null;
        int number = Integer.parseInt(matcher.group("number"));
        return from.sublayers().stream()
                .filter(old -> old.kind() == kind && old.narrow() == narrow && old.number() == number)
                .flatMap(old -> to.sublayers().stream()
                        .filter(other -> other.kind() == kind && other.bertLayer() == old.bertLayer()))
                .map(Sublayer::weights)
                .findFirst()
                .map(weights -> weights + "." + matcher.group("rest"));
    }
}
