package org.narrowbert.model.layout;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.narrowbert.engine.error.Shown;
import org.narrowbert.engine.error.UserError;

/**
 * The named layouts, for any number of layers L. The papers give them for 12 layers:
 *
 * <table>
 * <caption>Names, their layouts for L layers, and where they come from</caption>
 * <tr><td>{@code bert}</td><td>{@code {sf}L:}</td><td>BERT</td></tr>
 * <tr><td>{@code sparse-queries-k}</td><td>{@code {sf}k:{sf}(L-k)}, k from 1 to L-1; {@code sparse-queries} is k = 2</td>
 * <td>NarrowBERT</td></tr>
 * <tr><td>{@code context-first}</td><td>{@code sfsf{s}(L-2):{f}(L-2)}: two full layers, then all attention before all feed-forward</td>
 * <td>NarrowBERT</td></tr>
 * <tr><td>{@code token-dropping}</td><td>{@code {sf}a[{sf}(L-1-a)]{sf}1:} with a = floor((L-2)/2): the later half but the last layer on
 * the kept rows; 5, 6 and 1 for 12 layers</td><td>Token Dropping</td></tr>
 * </table>
 */
public final class Presets {
    /** The names, for help texts. */
    public static final String NAMES = "bert, sparse-queries-K, context-first, token-dropping";

    private static final Pattern SPARSE_QUERIES = Pattern.compile("sparse-queries-(.*)");
    private static final Pattern FULL_LAYERS = Pattern.compile("[1-9][0-9]{0,3}");

    /** A name that takes no number, with one. */
    private static final Pattern NUMBERED = Pattern.compile("(bert|context-first|token-dropping)-[0-9]+");

    private Presets() {}

    /**
     * The layout of a name, or the layout itself when a layout string was given.
     *
     * @param nameOrLayout one of {@link #NAMES}, or a layout
     * @param layers number of layers of a named layout, 1 or more; a layout string has its own
     * @throws UserError when it is neither, or when a named layout does not exist for so few layers
     */
    public static Layout layout(String nameOrLayout, int layers) {
        Optional<String> named = named(nameOrLayout, layers);
        if (named.isPresent()) {
            return Layout.parse(named.get());
        }
        try {
            return Layout.parse(nameOrLayout);
        } catch (UserError error) {
            boolean word = nameOrLayout.matches("[A-Za-z0-9_-]+");
            throw word
                    ? new UserError(error.getMessage() + " (and the named layouts are " + NAMES + ")", error)
                    : error;
        }
    }

    private static Optional<String> named(String name, int layers) {
        Matcher sparse = SPARSE_QUERIES.matcher(name);
        if (sparse.matches()) {
            if (!FULL_LAYERS.matcher(sparse.group(1)).matches()) {
                throw new UserError(
                        "layout '" + Shown.of(name) + "': K in sparse-queries-K is how many layers are full,"
                                + " a whole number from 1 and less than the model's " + layers + " layers");
            }
            return Optional.of(sparseQueries(name, Integer.parseInt(sparse.group(1)), layers));
        }
        Matcher numbered = NUMBERED.matcher(name);
        if (numbered.matches()) {
            throw new UserError("layout '" + name + "': " + numbered.group(1) + " takes no number: choose --layout "
                    + numbered.group(1));
        }
        return switch (name) {
            case "bert" -> {
                require(name, layers, 1);
                yield Optional.of("{sf}" + layers + ":");
            }
            case "sparse-queries" -> Optional.of(sparseQueries(name, 2, layers));
            case "context-first" -> {
                require(name, layers, 3);
                yield Optional.of("sfsf{s}" + (layers - 2) + ":{f}" + (layers - 2));
            }
            case "token-dropping" -> {
                require(name, layers, 2);
                int before = (layers - 2) / 2;
                String first = before == 0 ? "" : "{sf}" + before;
                yield Optional.of(first + "[{sf}" + (layers - 1 - before) + "]{sf}1:");
            }
            default -> Optional.empty();
        };
    }

    private static String sparseQueries(String name, int full, int layers) {
        require(name, layers, full + 1);
        return "{sf}" + full + ":{sf}" + (layers - full);
    }

    private static void require(String name, int layers, int atLeast) {
        if (layers < atLeast) {
            String other = name.startsWith("sparse") && layers > 1 ? "sparse-queries-" + (layers - 1) : "bert";
            throw new UserError("layout " + name + " needs at least " + atLeast + " layers, but the model has " + layers
                    + ": choose --layout " + other + ", or more layers");
        }
    }
}
