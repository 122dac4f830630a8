package org.narrowbert.model.layout;

import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.narrowbert.engine.error.UserError;

/**
 * Some of a layout's layers. A layer is the attention and the feed-forward sublayer whose weights have the same number; it is written as that
 * number, {@code 3} for {@code bert.encoder.layer.3}, with an n before it right of the colon, {@code n3} for {@code
 * bert.encoder_narrow.layer.3}.
 *
 * @param full numbers of layers left of the colon, ascending
 * @param narrow numbers of layers right of it, ascending
 */
public record LayerSet(List<Integer> full, List<Integer> narrow) {
    /** No layer. */
    public static final LayerSet NONE = new LayerSet(List.of(), List.of());

    private static final Pattern RANGE = Pattern.compile("(n?)([0-9]{1,4})(?:-(n?)([0-9]{1,4}))?");

    public LayerSet {
        full = List.copyOf(full);
        narrow = List.copyOf(narrow);
    }

    /** All layers of a layout. */
    public static LayerSet all(Layout layout) {
        return new LayerSet(numbers(layout, false), numbers(layout, true));
    }

    private static List<Integer> numbers(Layout layout, boolean narrow) {
        return layout.sublayers().stream()
                .filter(sublayer -> sublayer.narrow() == narrow)
                .map(Sublayer::number)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * Reads numbers and ranges such as {@code 0,2-5,n0-n3}.
     *
     * @param option that the text was given to, for error messages
     * @throws UserError naming what is not a layer of the layout
     */
    public static LayerSet parse(String option, String text, Layout layout) {
        LayerSet all = all(layout);
        SortedSet<Integer> full = new TreeSet<>();
        SortedSet<Integer> narrow = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches() || range.group(3) != null && !range.group(3).equals(range.group(1))) {
                throw new UserError(option + " '" + text + "': '" + part.strip()
                        + "' is not understood: write layers as 0,2-5 and those right of the colon as n0,n2-n5");
            }
            boolean right = !range.group(1).isEmpty();
            int first = Integer.parseInt(range.group(2));
            int last = range.group(4) == null ? first : Integer.parseInt(range.group(4));
            if (last < first) {
                throw new UserError(option + " '" + text + "': " + part.strip() + " ends before it begins");
            }
            for (int number : IntStream.rangeClosed(first, last).toArray()) {
                if (!(right ? all.narrow : all.full).contains(number)) {
                    throw new UserError(option + " '" + text + "': layout " + layout + " has no layer "
                            + (right ? "n" : "") + number + ", its layers are " + all);
                }
                (right ? narrow : full).add(number);
            }
        }
        return new LayerSet(List.copyOf(full), List.copyOf(narrow));
    }

    /** Whether a sublayer belongs to one of them. */
    public boolean contains(Sublayer sublayer) {
        return (sublayer.narrow() ? narrow : full).contains(sublayer.number());
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return full.isEmpty() && narrow.isEmpty();
    }

    /** The shortest text that {@link #parse} understands. */
    @Override
    public String toString() {
        String left = ranges(full, "");
        String right = ranges(narrow, "n");
        return left.isEmpty() || right.isEmpty() ? left + right : left + "," + right;
    }

    private static String ranges(Collection<Integer> numbers, String prefix) {
        StringBuilder text = new StringBuilder();
        for (int first : numbers) {
            if (!numbers.contains(first - 1)) {
                int last = first;
                while (numbers.contains(last + 1)) {
                    last++;
                }
                text.append(text.isEmpty() ? "" : ",").append(prefix).append(first);
                text.append(last == first ? "" : "-" + prefix + last);
            }
        }
        return text.toString();
    }
}
