package org.narrowbert.cli.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.narrowbert.cli.bench.FormsBenchmark;
import org.narrowbert.model.files.DurableFile;

/** The picture of both forms of narrow attention: how long the absorbed one takes, in times of the projected one, against the share of narrow rows. */
public final class FormsPicture {
    private FormsPicture() {}

    /**
     * Draws inference as a PNG file.
     *
     * @throws org.narrowbert.engine.error.RunError when it cannot be drawn or written
     */
    public static void write(Path file, List<FormsBenchmark.Shape> shapes) {
        List<Figure.Line> lines = new ArrayList<>();
        int[] lengths = FormsBenchmark.lengths();
        for (int index = 0; index < lengths.length; index++) {
            List<FormsBenchmark.Shape> some = FormsBenchmark.ofKind(shapes, false, lengths[index]);
            lines.add(new Figure.Line(
                    lengths[index] + " tokens",
                    index,
                    Figure.Shape.POINTS,
                    some.stream()
                            .mapToDouble(shape -> (double) shape.narrow() / shape.tokens())
                            .toArray(),
                    some.stream()
                            .mapToDouble(shape -> shape.absorbed() / shape.projected())
                            .toArray()));
        }
        lines.add(new Figure.Line(
                "as long", lengths.length, Figure.Shape.SMOOTHED, new double[] {0, 0.4}, new double[] {1, 1}));
        Figure figure = new Figure(
                "narrow-forms",
                "Absorbed over projected",
                "",
                "",
                new Figure.Axes(
                        "narrow rows / tokens",
                        0.4,
                        "time absorbed / projected, inference",
                        "0.0",
                        OptionalDouble.of(0),
                        OptionalDouble.empty()),
                Figure.Corner.BOTTOM,
                lines);
        DurableFile.write(file, FigurePainter.with(Palette.light()).png(figure));
    }
}
