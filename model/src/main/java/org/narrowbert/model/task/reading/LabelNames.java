package org.narrowbert.model.task.reading;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.narrowbert.engine.error.NearestNames;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.Shown;

/** The labels that a reading knows: given ones, or those that it comes upon. For one reading, on one thread. */
public final class LabelNames {
    private static final int NAMES_SHOWN = 12;

    /** Labels that are collected at most: a column with more is none of labels, and each costs a row of weights and a line of every report. */
    public static final int MOST = 10_000;

    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,9}");

    private final List<String> names;
    private final Map<String, Integer> indices = new HashMap<>();
    private boolean collecting;
    private List<String> classNames = List.of();
    private boolean indexed;

    private LabelNames(List<String> names, boolean collecting) {
        this.names = new ArrayList<>(names);
        this.collecting = collecting;
        names.forEach(name -> indices.put(name, indices.size()));
    }

    /** Labels that are known; every other is refused. */
    public static LabelNames known(List<String> names) {
        return new LabelNames(names, false);
    }

    /** No label yet: all are taken, and sorted in the end. */
    public static LabelNames collected() {
        return new LabelNames(List.of(), true);
    }

    /**
     * Tells what a file's whole numbers stand for, before its first label. Where labels are collected, these are the labels, in this order; where they
     * are known, numbers are taken by name if all the names are known, by place otherwise.
     *
     * @param names from 0 on; empty where the file says nothing
     */
    public void numbersMean(List<String> names) {
        if (collecting && this.names.isEmpty() && !names.isEmpty()) {
            for (String name : names) {
                this.names.add(name);
                indices.put(name, indices.size());
            }
            collecting = false;
        }
        classNames = indices.keySet().containsAll(names) ? List.copyOf(names) : List.of();
    }

    /** The label that stands in a file's field: what a number means, or the field as it is. */
    public String meant(String field) {
        if (classNames.isEmpty() || !WHOLE.matcher(field).matches()) {
            return field;
        }
        int number = Integer.parseInt(field);
        return number >= 0 && number < classNames.size() ? classNames.get(number) : field;
    }

    /**
     * The number of a label: its index, or while labels are collected a number that {@link #order} gives the index of. A whole number that is no label
     * counts as the index of one, if no label is a number.
     *
     * @param where file and line, for an error message
     * @throws RunError if it is not known, with those that are; or if it is one more than are collected
     */
    public int number(String name, String where) {
        Integer number = indices.get(name);
        if (number != null) {
            return number;
        }
        if (!collecting) {
            OptionalInt index = index(name);
            indexed |= index.isPresent();
            return index.orElseThrow(() -> new RunError(where + " has the label '" + Shown.of(name)
                    + "', and the labels are " + shown(name) + ": mend the label, or learn from a file that has it"));
        }
        if (names.size() == MOST) {
            throw new RunError(where + " has the label '" + Shown.of(name)
                    + "' beside %,d others: so many are not learned, ".formatted(MOST)
                    + "name a column of labels (--label-column), or learn numbers (--problem-type regression)");
        }
        names.add(name);
        indices.put(name, indices.size());
        return indices.size() - 1;
    }

    private OptionalInt index(String name) {
        if (!WHOLE.matcher(name).matches() || names.stream().anyMatch(WHOLE.asMatchPredicate())) {
            return OptionalInt.empty();
        }
        int index = Integer.parseInt(name);
        return index >= 0 && index < names.size() ? OptionalInt.of(index) : OptionalInt.empty();
    }

    /** Whether a number was taken as the index of a label. */
    public boolean countedByNumber() {
        return indexed;
    }

    private String shown(String misspelt) {
        if (names.size() <= NAMES_SHOWN) {
            return String.join(", ", names.stream().map(Shown::of).toList());
        }
        return names.size() + " others, of which the nearest is "
                + Shown.of(NearestNames.sorted(Shown.of(misspelt), names).getFirst());
    }

    /** Whether a label is one of those known so far. */
    public boolean has(String name) {
        return indices.containsKey(name);
    }

    /** The labels in their order: given ones as given, collected ones sorted, by number where all are whole numbers. */
    public List<String> sorted() {
        if (!collecting) {
            return List.copyOf(names);
        }
        return names.stream().sorted(comparator()).toList();
    }

    private Comparator<String> comparator() {
        return names.stream().allMatch(WHOLE.asMatchPredicate())
                ? Comparator.comparingInt(Integer::parseInt)
                : Comparator.naturalOrder();
    }

    /** The index of each number that was given. */
    public int[] order() {
        if (!collecting) {
            return IntStream.range(0, names.size()).toArray();
        }
        List<String> sorted = sorted();
        Map<String, Integer> places = new HashMap<>();
        sorted.forEach(name -> places.put(name, places.size()));
        return names.stream().mapToInt(places::get).toArray();
    }
}
