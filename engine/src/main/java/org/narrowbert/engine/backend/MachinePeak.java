package org.narrowbert.engine.backend;

/**
 * What a machine can do at most, measured: the yardstick of every kernel. Only shares of it can be compared between machines, or between two
 * days.
 *
 * @param fmaGflopsOneThread 10^9 floating point operations a second in multiply-adds between registers, on one thread
 * @param fmaGflopsAllThreads the same on all threads at once
 * @param triadGigabytesPerSecond 10^9 bytes a second that all threads read and write in {@code a = b + s * c} over arrays larger than the
 *     caches, counting each array once
 * @param threads number of all threads
 * @param vectorBits width of the vectors
 */
public record MachinePeak(
        double fmaGflopsOneThread,
        double fmaGflopsAllThreads,
        double triadGigabytesPerSecond,
        int threads,
        int vectorBits) {}
