package org.narrowbert.model.task.reading;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is read otherwise than it stands in a file, counted, with the first place of each kind. For one reading. */
final class ReadingCounts {
    private record Met(long count, String first) {}

    private final Map<String, Met> met = new LinkedHashMap<>();
    private final List<String> sentences = new ArrayList<>();

    /** Something to tell once. */
    void tell(String sentence) {
        sentences.add(sentence);
    }

    /**
     * Something met again.
     *
     * @param what such as "rows with too few fields were left out"
     * @param where file and line, which may end in a comma
     */
    void count(String what, String where) {
        met.merge(what, new Met(1, where), (before, _) -> new Met(before.count() + 1, before.first()));
    }

    /** One sentence of each kind. */
    List<String> sentences() {
        List<String> all = new ArrayList<>(sentences);
        met.forEach((what, times) -> all.add(
                times.count() + " " + what + ", first at " + times.first().replaceAll(",$", "") + "."));
        return all;
    }
}
