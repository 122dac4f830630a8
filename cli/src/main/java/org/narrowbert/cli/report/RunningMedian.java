package org.narrowbert.cli.report;

import java.util.Arrays;

/** A smoothed curve: each value is the median of its neighbours, so that single spikes vanish and steps stay steep. */
final class RunningMedian {
    private static final int SHORTEST = 3;
    private static final int LONGEST = 51;
    /** A window is this part of the curve. */
    private static final int PART = 10;

    private RunningMedian() {}

    /** How many values a curve of so many is smoothed over: an odd number. */
    static int window(int values) {
        return Math.clamp(values / PART, SHORTEST, LONGEST) | 1;
    }

    /**
     * The smoothed values. At the beginning, where losses fall steeply, the window is as wide as it can be with its value in the middle; at the
     * end it is cut off.
     *
     * @param window an odd number
     */
    static double[] of(double[] values, int window) {
        double[] smoothed = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int reach = Math.min(window / 2, i);
            double[] neighbours = Arrays.copyOfRange(values, i - reach, Math.min(values.length, i + reach + 1));
            Arrays.sort(neighbours);
            smoothed[i] = (neighbours[(neighbours.length - 1) / 2] + neighbours[neighbours.length / 2]) / 2;
        }
        return smoothed;
    }
}
