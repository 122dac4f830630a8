package org.narrowbert.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Colours of the report by day and by night. The runs' are after Okabe and Ito, which people with any common colour blindness can tell apart; a
 * run has its marker and its stroke besides.
 *
 * @param background of page and pictures
 * @param text on it
 * @param muted text of less weight
 * @param grid lines behind the curves
 * @param runs one after the other, then from the first again with another stroke
 */
record Palette(Color background, Color text, Color muted, Color grid, List<Color> runs) {
    /** How many runs have a colour of their own. */
    static final int RUN_COLORS = 7;

    private static final List<Marker> MARKERS = List.of(
            SeriesMarkers.CIRCLE,
            SeriesMarkers.SQUARE,
            SeriesMarkers.TRIANGLE_UP,
            SeriesMarkers.DIAMOND,
            SeriesMarkers.TRIANGLE_DOWN);
    private static final float[] DASHES = {7, 4};
    private static final int FAINT = 80;

    static Palette light() {
        return new Palette(
                new Color(0xFFFFFF),
                new Color(0x1B1F24),
                new Color(0x57606A),
                new Color(0xE3E7EB),
                colors(0x0072B2, 0xD55E00, 0x009E73, 0xB8578F, 0xC98A00, 0x3FA0DC, 0x6B7177));
    }

    static Palette dark() {
        return new Palette(
                new Color(0x14181D),
                new Color(0xE6EAEE),
                new Color(0x9AA4AE),
                new Color(0x2B323A),
                colors(0x4FA8E8, 0xFF8A3D, 0x2FC79A, 0xE79ACB, 0xF2C14E, 0xA5DBFF, 0xB4BBC2));
    }

    private static List<Color> colors(Integer... values) {
        return List.of(values).stream().map(Color::new).toList();
    }

    Color run(int index) {
        return runs.get(index % RUN_COLORS);
    }

    /** A run's colour, through which the background is seen. */
    Color faintRun(int index) {
        Color color = run(index);
        return new Color(color.getRed(), color.getGreen(), color.getBlue(), FAINT);
    }

    Marker marker(int index) {
        return MARKERS.get(index % MARKERS.size());
    }

    /** Whether a run's lines are dashed, since its colour is an earlier run's too. */
    static boolean isDashed(int index) {
        return index / RUN_COLORS % 2 == 1;
    }

    BasicStroke stroke(int index, float width) {
        return isDashed(index)
                ? new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, DASHES.clone(), 0)
                : new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    /** The colours as custom properties of a style sheet. */
    String css() {
        StringBuilder css = new StringBuilder("--background:%s;--text:%s;--muted:%s;--grid:%s;"
                .formatted(hex(background), hex(text), hex(muted), hex(grid)));
        for (int i = 0; i < RUN_COLORS; i++) {
            css.append("--run-%d:%s;".formatted(i, hex(runs.get(i))));
        }
        return css.toString();
    }

    private static String hex(Color color) {
        return "#%06x".formatted(color.getRGB() & 0xFFFFFF);
    }
}
