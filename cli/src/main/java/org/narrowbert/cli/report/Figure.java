package org.narrowbert.cli.report;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A picture of curves, before it is drawn.
 *
 * @param id its file name and its anchor
 * @param title what it shows
 * @param caption how it is read
 * @param description the same for those who cannot see it: what the curves do
 * @param axes what stands along them
 * @param legend where it stands, on the right
 * @param lines drawn one over the other
 */
record Figure(String id, String title, String caption, String description, Axes axes, Corner legend, List<Line> lines) {
    Figure {
        lines = List.copyOf(lines);
    }

    /**
     * What stands along the axes.
     *
     * @param x title with its unit; the axis begins at 0
     * @param end where it ends
     * @param y title with its unit
     * @param pattern of the numbers along y, as {@link java.text.DecimalFormat} reads it
     * @param least where the vertical axis begins; where the lines do when it is empty
     * @param most where the vertical axis ends; where the lines do when it is empty
     */
    record Axes(String x, double end, String y, String pattern, OptionalDouble least, OptionalDouble most) {}

    /** Where no lines are, so that the legend does not hide them. */
    enum Corner {
        TOP,
        BOTTOM
    }

    /** How a line is drawn. */
    enum Shape {
        /** Every value, faint, behind the others. */
        RAW,
        /** The main line. */
        SMOOTHED,
        /** A line with a marker at each value. */
        POINTS
    }

    /**
     * One line.
     *
     * @param label in the legend; empty for none
     * @param run index of its run, which gives its colour and marker
     * @param shape how it is drawn
     * @param x one or more values
     * @param y as many
     */
    record Line(String label, int run, Shape shape, double[] x, double[] y) {}
}
