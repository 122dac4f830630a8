package org.narrowbert.cli.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** The name that someone who typed another most likely meant. */
public final class NearestName {
    private static final int LETTERS_A_MISTAKE = 4;
    private static final int SHORTEST_PART = 4;
    private static final int LONGEST = 64;

    private record Match(String name, int mistakes) {}

    private NearestName() {}

    /**
     * The nearest of the known names, if one is near: few letters are wrong, missing, too many or swapped, or what was typed is a part of one
     * name only. Dashes and underscores do not count.
     */
    public static Optional<String> of(String typed, Collection<String> known) {
        String plain = plain(typed);
        if (plain.length() > LONGEST) {
            return Optional.empty();
        }
        return misspelt(plain, known)
                .or(() -> part(plain, known, String::startsWith))
                .or(() -> part(plain, known, String::contains));
    }

    private static Optional<String> misspelt(String typed, Collection<String> known) {
        return known.stream()
                .map(name -> new Match(name, mistakes(typed, plain(name))))
                .filter(match -> match.mistakes <= Math.max(1, typed.length() / LETTERS_A_MISTAKE)
                        && 2 * match.mistakes
                                < Math.max(typed.length(), plain(match.name).length()))
                .min(Comparator.comparingInt(Match::mistakes).thenComparing(Match::name))
                .map(Match::name);
    }

    private static Optional<String> part(String typed, Collection<String> known, BiPredicate<String, String> has) {
        if (typed.length() < SHORTEST_PART) {
            return Optional.empty();
        }
        List<String> names = known.stream()
                .filter(name -> has.test(plain(name), typed))
                .distinct()
                .toList();
        return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
    }

    private static String plain(String name) {
        return name.replace("-", "").replace("_", "");
    }

    /** The optimal string alignment distance: letters changed, left out, put in, or swapped with their neighbour. */
    private static int mistakes(String a, String b) {
        int[][] distance = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    distance[i][j] = i + j;
                    continue;
                }
                int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(distance[i - 1][j], distance[i][j - 1]) + 1;
                least = Math.min(least, distance[i - 1][j - 1] + changed);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, distance[i - 2][j - 2] + 1);
                }
                distance[i][j] = least;
            }
        }
        return distance[a.length()][b.length()];
    }
}
