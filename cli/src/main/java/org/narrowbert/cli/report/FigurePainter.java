package org.narrowbert.cli.report;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.narrowbert.engine.error.RunError;

/** Draws figures as PNG pictures, twice as fine as they are shown. */
final class FigurePainter {
    /** Width of a picture in the page's pixels. */
    static final int WIDTH = 640;

    /** Height of a picture in the page's pixels. */
    static final int HEIGHT = 400;

    private static final int FINENESS = 2;

    /** The first of these that is there; most systems have one. */
    private static final List<String> TYPEFACES =
            List.of("Inter", "Helvetica Neue", "Segoe UI", "Roboto", "Arial", "Liberation Sans", "DejaVu Sans");

    private final Palette palette;
    private final String typeface;

    private FigurePainter(Palette palette, String typeface) {
        this.palette = palette;
        this.typeface = typeface;
    }

    /**
     * A painter with these colours.
     *
     * @throws RunError when the system has no font at all
     */
    static FigurePainter with(Palette palette) {
        return new FigurePainter(palette, typeface());
    }

    private static String typeface() {
        try {
            List<String> present =
                    List.of(GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames());
            return TYPEFACES.stream().filter(present::contains).findFirst().orElse(Font.SANS_SERIF);
        } catch (RuntimeException | InternalError | LinkageError error) {
            // The JDK says so in one of several ways, by its version and by what is missing.
            throw new RunError(
                    "the charts cannot be drawn, because Java finds no fonts on this system: install fontconfig and a font"
                            + " (on Debian: apt-get install fontconfig fonts-dejavu-core)",
                    error);
        }
    }

    /** The picture as a PNG file. */
    byte[] png(Figure figure) {
        BufferedImage image = new BufferedImage(FINENESS * WIDTH, FINENESS * HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(FINENESS, FINENESS);
        chart(figure).paint(graphics, WIDTH, HEIGHT);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", out);
        } catch (IOException error) {
            throw new AssertionError("writing to memory never fails", error);
        }
        return bytes.toByteArray();
    }

    private XYChart chart(Figure figure) {
        XYChart chart = new XYChart(WIDTH, HEIGHT);
        chart.setXAxisTitle(figure.axes().x());
        chart.setYAxisTitle(figure.axes().y());
        style(chart.getStyler());
        chart.getStyler().setXAxisMin(0.0);
        if (figure.axes().end() > 0) {
            chart.getStyler().setXAxisMax(figure.axes().end());
        }
        chart.getStyler()
                .setYAxisTickLabelsFormattingFunction(
                        value -> tick(value, figure.axes().pattern()));
        figure.axes().least().ifPresent(chart.getStyler()::setYAxisMin);
        figure.axes().most().ifPresent(chart.getStyler()::setYAxisMax);
        chart.getStyler()
                .setLegendPosition(
                        switch (figure.legend()) {
                            case TOP -> LegendPosition.InsideNE;
                            case BOTTOM -> LegendPosition.InsideSE;
                        });
        for (int i = 0; i < figure.lines().size(); i++) {
            add(chart, i, figure.lines().get(i));
        }
        return chart;
    }

    private void add(XYChart chart, int number, Figure.Line line) {
        XYSeries series = chart.addSeries("line " + number, line.x(), line.y());
        series.setLabel(line.label());
        series.setShowInLegend(!line.label().isEmpty());
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(palette.run(line.run()));
        switch (line.shape()) {
            case RAW -> {
                series.setLineColor(palette.faintRun(line.run()));
                series.setLineStyle(new BasicStroke(1));
            }
            case SMOOTHED -> series.setLineStyle(palette.stroke(line.run(), 1.2f));
            case POINTS -> {
                series.setLineStyle(palette.stroke(line.run(), 1.8f));
                series.setMarker(palette.marker(line.run()));
                series.setMarkerColor(palette.run(line.run()));
            }
        }
    }

    /** A number in few characters, none of which reaches below the line: 250, 1.5k, 2M. */
    private static String tick(double value, String pattern) {
        double size = Math.abs(value);
        String suffix = size >= 1e6 ? "M" : size >= 1e3 ? "k" : "";
        double shown = value / (size >= 1e6 ? 1e6 : size >= 1e3 ? 1e3 : 1);
        return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)).format(shown) + suffix;
    }

    private void style(XYStyler styler) {
        Font plain = new Font(typeface, Font.PLAIN, 13);
        styler.setBaseFont(plain);
        styler.setChartBackgroundColor(palette.background());
        styler.setPlotBackgroundColor(palette.background());
        styler.setPlotBorderVisible(false);
        styler.setChartFontColor(palette.text());
        styler.setChartPadding(8);
        styler.setChartTitleVisible(false);
        styler.setAxisTitleFont(plain);
        styler.setXAxisTitleColor(palette.text());
        styler.setYAxisTitleColor(palette.text());
        styler.setAxisTickLabelsFont(plain.deriveFont(12f));
        styler.setAxisTickLabelsColor(palette.muted());
        styler.setAxisTickMarksColor(palette.grid());
        styler.setAxisTicksLineVisible(false);
        styler.setPlotGridLinesColor(palette.grid());
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setPlotContentSize(0.97);
        styler.setXAxisTickLabelsFormattingFunction(value -> tick(value, "0.###"));
        styler.setXAxisTickMarkSpacingHint(120);
        styler.setYAxisTickMarkSpacingHint(50);
        styler.setMarkerSize(7);
        styler.setLegendLayout(LegendLayout.Vertical);
        styler.setLegendFont(plain);
        styler.setLegendBackgroundColor(palette.background());
        styler.setLegendBorderColor(palette.background());
        styler.setLegendPadding(8);
        styler.setLegendSeriesLineLength(24);
        styler.setAntiAlias(true);
    }
}
