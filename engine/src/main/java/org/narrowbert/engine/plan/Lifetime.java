package org.narrowbert.engine.plan;

/**
 * The ops during which a value must be kept.
 *
 * @param first index of the op that first writes it
 * @param last index of the last op that touches it
 */
record Lifetime(int first, int last) {
    boolean overlaps(Lifetime other) {
        return first <= other.last && other.first <= last;
    }

    Lifetime union(Lifetime other) {
        return new Lifetime(Math.min(first, other.first), Math.max(last, other.last));
    }
}
