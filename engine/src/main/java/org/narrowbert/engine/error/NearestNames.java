package org.narrowbert.engine.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Which of some known names a misspelt one may have meant. */
public final class NearestNames {
    private NearestNames() {}

    /** The known names, those first that take the fewest letters inserted, left out or changed; of equals in the given order. */
    public static List<String> sorted(String misspelt, Collection<String> known) {
        return known.stream()
                .sorted(Comparator.comparingInt(name -> distance(misspelt, name)))
                .toList();
    }

    /** Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] previous = new int[other.length() + 1];
        for (int column = 0; column < previous.length; column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= one.length(); row++) {
            int[] current = new int[previous.length];
            current[0] = row;
            for (int column = 1; column < current.length; column++) {
                int changed = previous[column - 1] + (one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(changed, 1 + Math.min(previous[column], current[column - 1]));
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
