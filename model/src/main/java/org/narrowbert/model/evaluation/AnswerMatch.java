package org.narrowbert.model.evaluation;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** How a predicted answer compares with those that people gave, as SQuAD's official scorers have it. */
public final class AnswerMatch {
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");

    /** Marks such as accents end a word, as they do in Python. */
    private static final Pattern ARTICLE = Pattern.compile("(?<![\\p{L}\\p{N}_])(?:a|an|the)(?![\\p{L}\\p{N}_])");

    /** What Python's split counts as blank: Unicode's white space and the four separators below it. */
    private static final Pattern BLANKS = Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

    private AnswerMatch() {}

    /** The answer in small letters, without ASCII's punctuation and articles, its words one blank apart. */
    public static String normalized(String answer) {
        String bare = PUNCTUATION.matcher(answer.toLowerCase(Locale.ROOT)).replaceAll("");
        return BLANKS.matcher(ARTICLE.matcher(bare).replaceAll(" "))
                .replaceAll(" ")
                .strip();
    }

    /** 1 where the normalized answers are the same, else 0. */
    public static double exact(String right, String predicted) {
        return normalized(right).equals(normalized(predicted)) ? 1 : 0;
    }

    /** F1 of the normalized answers' words; where one has none, 0, but 1 in SQuAD 2.0 if neither has. */
    public static double f1(String right, String predicted, SquadVersion version) {
        List<String> rightWords = words(right);
        List<String> predictedWords = words(predicted);
        if (rightWords.isEmpty() || predictedWords.isEmpty()) {
            return version == SquadVersion.V2_0 && rightWords.isEmpty() && predictedWords.isEmpty() ? 1 : 0;
        }
        Map<String, Integer> left = new HashMap<>();
        rightWords.forEach(word -> left.merge(word, 1, Integer::sum));
        long common = predictedWords.stream()
                .filter(word -> left.merge(word, -1, Integer::sum) >= 0)
                .count();
        return 2.0 * common / (rightWords.size() + predictedWords.size());
    }

    private static List<String> words(String answer) {
        String normalized = normalized(answer);
        return normalized.isEmpty() ? List.of() : List.of(normalized.split(" "));
    }
}
