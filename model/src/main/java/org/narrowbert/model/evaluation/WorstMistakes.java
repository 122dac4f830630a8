package org.narrowbert.model.evaluation;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The examples of highest loss, as many as wanted: offered one by one, held no more than that. Of equals the first are kept. For one thread. */
public final class WorstMistakes {
    private record Held(Mistake mistake, long number) {}

    /** The one to give up first at the head: the lowest loss, of equals the last. */
    private static final Comparator<Held> LEAST = Comparator.comparingDouble(
                    (Held held) -> held.mistake().loss())
            .thenComparing(Comparator.comparingLong(Held::number).reversed());

    private final int most;
    private final PriorityQueue<Held> held = new PriorityQueue<>(LEAST);
    private long offered;

    /** No mistakes yet; at most that many are kept. */
    public WorstMistakes(int most) {
        this.most = most;
    }

    /** Takes a mistake if it is among the worst so far. */
    public void offer(Mistake mistake) {
        held.add(new Held(mistake, offered++));
        if (held.size() > most) {
            held.remove();
        }
    }

    /** Those kept, the worst first. */
    public List<Mistake> worstFirst() {
        return held.stream().sorted(LEAST.reversed()).map(Held::mistake).toList();
    }
}
