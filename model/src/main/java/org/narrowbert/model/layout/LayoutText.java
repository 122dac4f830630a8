package org.narrowbert.model.layout;

import java.util.List;

/** Writes steps in canonical form: from left to right, the repeat that covers the most sublayers is folded. */
final class LayoutText {
    /** Longer repeated units are written out: nobody would find them by eye. */
    private static final int LONGEST_UNIT = 16;

    private LayoutText() {}

    static String of(List<Step> steps) {
        StringBuilder letters = new StringBuilder();
        steps.forEach(step -> letters.append(step.letter()));
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < letters.length()) {
            int unit = longestRepeat(letters, at);
            int times = repeats(letters, at, unit);
            if (times > 1) {
                text.append('{').append(letters, at, at + unit).append('}').append(times);
            } else {
                text.append(letters.charAt(at));
            }
            at += unit * times;
        }
        return text.toString();
    }

    /** The unit whose repeats from {@code at} on cover the most letters, the shortest of equals; 1 where nothing is worth folding. */
    private static int longestRepeat(CharSequence letters, int at) {
        int best = 1;
        int covered = 1;
        for (int unit = 1; unit <= LONGEST_UNIT; unit++) {
            int times = repeats(letters, at, unit);
            if (times > 1 && times * unit > covered) {
                best = unit;
                covered = times * unit;
            }
        }
        return best;
    }

    /** How often the {@code unit} letters at {@code at} stand there in a row; 1 for "ss" and "ff", which are shorter unfolded. */
    private static int repeats(CharSequence letters, int at, int unit) {
        int end = at;
        while (end < letters.length()
                && isSublayer(letters.charAt(end))
                && (end < at + unit || letters.charAt(end) == letters.charAt(end - unit))) {
            end++;
        }
        int times = (end - at) / unit;
        return times < 1 || unit == 1 && times == 2 ? 1 : times;
    }

    private static boolean isSublayer(char letter) {
        return letter == Step.ATTENTION.letter() || letter == Step.FEED_FORWARD.letter();
    }
}
