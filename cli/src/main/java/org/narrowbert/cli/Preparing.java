package org.narrowbert.cli;

import java.io.PrintWriter;

/**
 * How text is prepared.
 *
 * @param threads number of threads that encode
 * @param interrupts what stops it
 * @param out for people
 */
record Preparing(int threads, Interrupts interrupts, PrintWriter out) {}
