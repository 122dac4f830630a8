package org.narrowbert.engine.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The ops during which a value must be kept: one interval, or several where the value is made again after nobody needed it for a while.
 *
 * @param intervals ascending, without an op in common
 */
record Lifetime(List<Interval> intervals) {
    /**
     * Neighbouring ops.
     *
     * @param first index of the op that writes the value
     * @param last index of the last op that touches it
     */
    record Interval(int first, int last) {
        boolean overlaps(Interval other) {
            return first <= other.last && other.first <= last;
        }
    }

    Lifetime {
        intervals = List.copyOf(intervals);
    }

    static Lifetime of(int first, int last) {
        return new Lifetime(List.of(new Interval(first, last)));
    }

    int first() {
        return intervals.getFirst().first;
    }

    int last() {
        return intervals.getLast().last;
    }

    boolean overlaps(Lifetime other) {
        int own = 0;
        int others = 0;
        while (own < intervals.size() && others < other.intervals.size()) {
            Interval one = intervals.get(own);
            Interval two = other.intervals.get(others);
            if (one.overlaps(two)) {
                return true;
            }
            if (one.last < two.first) {
                own++;
            } else {
                others++;
            }
        }
        return false;
    }

    /** Whether the other begins where this one ends wherever they have ops in common, and all of these ops are allowed. */
    boolean isFollowedBy(Lifetime other, IntPredicate allowed) {
        for (Interval one : intervals) {
            for (Interval two : other.intervals) {
                if (one.overlaps(two) && !(one.last == two.first && allowed.test(one.last))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** All ops of both. */
    Lifetime union(Lifetime other) {
        List<Interval> all = new ArrayList<>(intervals);
        all.addAll(other.intervals);
        all.sort(Comparator.comparingInt(Interval::first));
        List<Interval> joined = new ArrayList<>();
        for (Interval next : all) {
            if (!joined.isEmpty() && joined.getLast().last >= next.first) {
                Interval before = joined.removeLast();
                joined.add(new Interval(before.first, Math.max(before.last, next.last)));
            } else {
                joined.add(next);
            }
        }
        return new Lifetime(joined);
    }
}
