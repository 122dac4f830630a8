package org.narrowbert.model.task.reading;

import java.util.ArrayList;
import java.util.List;

/** Which words of an entity have which letter in their tags. */
final class TagScheme {
    private static final String OUTSIDE = "O";

    private TagScheme() {}

    /**
     * Whether sentences are tagged as IOB1 has it, and no other scheme: an entity begins with I, and with B only where it follows one of its own type.
     *
     * @param sentences tags of each sentence's words
     */
    static boolean isIob1(List<List<String>> sentences) {
        boolean beginsWithInside = false;
        for (List<String> tags : sentences) {
            String before = OUTSIDE;
            for (String tag : tags) {
                boolean follows = !before.equals(OUTSIDE) && type(before).equals(type(tag));
                switch (letter(tag)) {
                    case 'O' -> {}
                    case 'I' -> beginsWithInside |= !follows;
                    case 'B' -> {
                        if (!follows) {
                            return false;
                        }
                    }
                    default -> {
                        return false;
                    }
                }
                before = tag;
            }
        }
        return beginsWithInside;
    }

    /** A sentence's tags of IOB1 as IOB2 has them: every entity begins with B. */
    static List<String> iob2(List<String> tags) {
        List<String> converted = new ArrayList<>(tags.size());
        String before = OUTSIDE;
        for (String tag : tags) {
            boolean follows = !before.equals(OUTSIDE) && type(before).equals(type(tag));
            converted.add(letter(tag) == 'I' && !follows ? "B" + tag.substring(1) : tag);
            before = tag;
        }
        return converted;
    }

    /** Whether a label can be a tag: O, or B, I, E, S, L or U with a hyphen and a type. */
    static boolean isTag(String label) {
        return label.equals(OUTSIDE)
                || label.length() > 2 && label.charAt(1) == '-' && "BIESLU".indexOf(label.charAt(0)) >= 0;
    }

    private static char letter(String tag) {
        return isTag(tag) ? tag.charAt(0) : '?';
    }

    private static String type(String tag) {
        return tag.substring(Math.min(2, tag.length()));
    }
}
