package org.narrowbert.cli.text;

import java.io.PrintWriter;
import org.narrowbert.cli.exit.Interrupts;

/**
 * How text is prepared.
 *
 * @param threads number of threads that encode
 * @param interrupts what stops it
 * @param out for people
 */
public record Preparing(int threads, Interrupts interrupts, PrintWriter out) {}
