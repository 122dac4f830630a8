package org.narrowbert.model.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Words in a row that name something.
 *
 * @param type what kind of thing; "_" where the tags do not say
 * @param begin first word
 * @param end word after the last
 */
public record Entity(String type, int begin, int end) {
    /** Of tags without a type. */
    private static final String UNTYPED = "_";

    /**
     * The entities that the tags of a sentence's words mean, leniently: whatever the scheme (IOB1, IOB2, IOE1, IOE2, IOBES), and whether or not its rules
     * are kept. Tags are O, or B, I, E or S with a hyphen and the type.
     *
     * <p>An entity begins at a B or S, at an I or E that follows an O, E or S, and at any tag whose type differs from the one before; it ends before a B, S
     * or O, after an E or S, and before another type. So scores do what seqeval does when it is not asked to be strict.
     */
    public static List<Entity> of(List<String> tags) {
        List<Entity> entities = new ArrayList<>();
        char previous = 'O';
        String previousType = "";
        int begin = 0;
        for (int word = 0; word <= tags.size(); word++) {
            char tag = word == tags.size() ? 'O' : first(tags.get(word));
            String type = word == tags.size() ? UNTYPED : type(tags.get(word));
            boolean otherType = !type.equals(previousType);
            if (previous != 'O' && (otherType || endsAfter(previous) || beginsAlways(tag) || tag == 'O')) {
                entities.add(new Entity(previousType, begin, word));
            }
            if (tag != 'O' && (otherType || beginsAlways(tag) || previous == 'O' || endsAfter(previous))) {
                begin = word;
            }
            previous = tag;
            previousType = type;
        }
        return entities;
    }

    private static char first(String tag) {
        return tag.isEmpty() ? 'O' : tag.charAt(0);
    }

    /** What stands after the first letter and a hyphen. */
    private static String type(String tag) {
        int hyphen = tag.indexOf('-', 1);
        String type = tag.length() < 2 ? "" : tag.substring(hyphen < 0 ? 1 : hyphen + 1);
        return type.isEmpty() ? UNTYPED : type;
    }

    private static boolean beginsAlways(char tag) {
        return tag == 'B' || tag == 'S';
    }

    private static boolean endsAfter(char tag) {
        return tag == 'E' || tag == 'S';
    }
}
