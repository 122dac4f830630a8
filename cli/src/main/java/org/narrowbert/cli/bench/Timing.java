package org.narrowbert.cli.bench;

import java.util.Arrays;

/**
 * How long runs took.
 *
 * @param seconds of each run, ascending
 */
public record Timing(double[] seconds) {
    private static final int WARM_UP_RUNS = 2;

    /** Short runs are repeated for so long. */
    private static final double LEAST_SECONDS = 1;

    public Timing {
        Arrays.sort(seconds);
    }

    /**
     * Warms up, then times.
     *
     * @param warmUpSeconds how long it runs before anything is timed, so that the compiler has had its time; twice at least
     * @param runs how many are timed at least
     */
    public static Timing of(Workload workload, double warmUpSeconds, int runs) {
        long begun = System.nanoTime();
        for (int run = 0; run < WARM_UP_RUNS || seconds(begun) < warmUpSeconds; run++) {
            workload.run();
        }
        double[] times = new double[runs];
        int count = 0;
        for (double sum = 0; count < runs || sum < LEAST_SECONDS; count++) {
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            long start = System.nanoTime();
            workload.run();
            times[count] = seconds(start);
            sum += times[count];
        }
        return new Timing(Arrays.copyOf(times, count));
    }

    /** The middle one; of an even number the lower of the two. */
    public double median() {
        return seconds[(seconds.length - 1) / 2];
    }

    /** The shortest. */
    public double least() {
        return seconds[0];
    }

    /** The longest. */
    public double most() {
        return seconds[seconds.length - 1];
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }
}
