package org.narrowbert.cli.bench;

import java.util.Optional;

/**
 * A workload that was timed.
 *
 * @param name for people and programs
 * @param tokens real tokens of its batch
 * @param gigaflop 10^9 floating point operations of one run
 * @param timing of its runs
 * @param peer timing of the same work by another engine; empty where there is none
 * @param peakGigaflops 10^9 multiply-adds times two a second that the same threads reached just before; empty where that is not known
 */
public record Measurement(
        String name,
        int tokens,
        double gigaflop,
        Timing timing,
        Optional<Timing> peer,
        Optional<Double> peakGigaflops) {
    /** Real tokens a second, by the median. */
    public double tokensPerSecond() {
        return tokens / timing.median();
    }

    /** Share of the peak, by the median. */
    public Optional<Double> shareOfPeak() {
        return peakGigaflops.map(peak -> gigaflop / timing.median() / peak);
    }

    /** How many times as fast as the peer, by the medians. */
    public Optional<Double> timesPeer() {
        return peer.map(other -> other.median() / timing.median());
    }
}
