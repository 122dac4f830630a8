package org.narrowbert.model.checkpoint.run;

/**
 * The training loss as a running average, and the lowest it ever was: what a spike is told by.
 *
 * @param average of the steps' losses, a new one counting {@link #NEWEST}; meaningless before the first
 * @param lowest the average ever was
 * @param lowestStep the step at which that was
 * @param steps how many losses it has seen
 */
public record LossTrend(double average, double lowest, long lowestStep, long steps) {
    /** A step's share of the average: about the last twenty steps count. */
    public static final double NEWEST = 0.1;

    /** Before the first step. */
    public static final LossTrend NONE = new LossTrend(0, 0, 0, 0);

    /** Steps before the average is one: until then a single batch could look like a spike. */
    private static final long SETTLED = 20;

    /** The trend after one more step. */
    public LossTrend plus(long step, double loss) {
        double next = steps == 0 ? loss : average + NEWEST * (loss - average);
        boolean lower = steps == 0 || next < lowest;
        return new LossTrend(next, lower ? next : lowest, lower ? step : lowestStep, steps + 1);
    }

    /** How far the average is above its lowest, in nats; 0 while there are too few steps to tell. */
    public double rise() {
        return steps < SETTLED ? 0 : average - lowest;
    }
}
