package org.narrowbert.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.report.Figure.Shape;
import org.narrowbert.model.training.log.MetricsLine;

class FiguresTest {
    @TempDir
    private Path folder;

    private List<Run> runs(String... names) throws IOException {
        List<Run> runs = new ArrayList<>();
        for (String name : names) {
            runs.add(RunFolder.run(folder, name, 4));
        }
        return runs;
    }

    @Test
    void aFewRunsShowTrainingAndValidationEachWithItsSingleReports() throws IOException {
        List<Figure> figures = Figures.of(runs("a", "b"));
        assertThat(figures)
                .extracting(Figure::id)
                .containsExactly("loss-by-step", "loss-by-time", "masked-accuracy", "throughput");
        Figure loss = figures.getFirst();
        assertThat(RunFolder.labels(loss))
                .containsExactly("", "a, training", "", "b, training", "a, validation", "b, validation");
        assertThat(loss.lines())
                .extracting(Figure.Line::shape)
                .containsExactly(Shape.RAW, Shape.SMOOTHED, Shape.RAW, Shape.SMOOTHED, Shape.POINTS, Shape.POINTS);
        assertThat(loss.lines().getLast().x()).containsExactly(0, 50, 100);
        assertThat(loss.lines().getLast().y()).containsExactly(9, 6.5, 4);
        assertThat(figures.get(1).axes().x()).isEqualTo("training time (seconds)");
        assertThat(figures.get(1).lines().getLast().x()).containsExactly(0, 10, 20);
    }

    @Test
    void aRunOfATaskShowsItsMetrics() {
        List<MetricsLine> lines = List.of(
                new MetricsLine.Evaluation(0, 0, 0.7, Map.of("f1", 0.4), 100, 1),
                new MetricsLine.Evaluation(50, 1, 0.5, Map.of("f1", 0.8), 100, 1));
        List<Figure> figures = Figures.of(List.of(RunFolder.of("task", lines)));
        assertThat(figures).extracting(Figure::id).containsExactly("loss-by-step", "loss-by-time", "f1");
        assertThat(figures.getFirst().axes().y()).isEqualTo("loss");
        assertThat(figures.getLast().title()).isEqualTo("F1");
        assertThat(figures.getLast().lines().getFirst().y()).containsExactly(0.4, 0.8);
        assertThat(figures.getLast().description()).isEqualTo("task: f1 from 0.4000 at step 0 to 0.8000 at step 50");
    }

    @Test
    void manyRunsShowValidationAlone() throws IOException {
        Figure loss = Figures.of(runs("a", "b", "c", "d")).getFirst();
        assertThat(RunFolder.labels(loss)).containsExactly("a", "b", "c", "d");
        assertThat(loss.lines()).extracting(Figure.Line::shape).containsOnly(Shape.POINTS);
    }

    @Test
    void whatHasNoValuesIsNotDrawn() throws IOException {
        assertThat(Figures.of(List.of(RunFolder.onlyBegun(folder))))
                .extracting(Figure::id)
                .containsExactly("loss-by-step", "loss-by-time");
    }

    @Test
    void theDescriptionSaysWhatTheCurvesDo() throws IOException {
        assertThat(Figures.of(runs("a")).getFirst().description())
                .isEqualTo("a: validation loss from 9.000 at step 0 to 4.000 at step 100");
    }

    @Test
    void aRunWithoutValidationIsDescribedByItsTrainingLoss() throws IOException {
        Run whole = RunFolder.run(folder, "a", 4);
        Run unvalidated = RunFolder.of("a", List.copyOf(whole.training()));
        assertThat(Figures.of(List.of(unvalidated)).getFirst().description())
                .isEqualTo("a: training loss from 8.500 at step 10 to 4.000 at step 100");
    }

    @Test
    void aSteepBeginningIsCutOffAndSaidSo() throws IOException {
        // The loss of these runs falls evenly: nothing is cut.
        Figure even = Figures.of(runs("a")).getFirst();
        assertThat(even.axes().most()).isEmpty();
        assertThat(even.caption()).doesNotContain("cut off");
        Figure steep = Figures.of(List.of(RunFolder.steep(folder))).getFirst();
        assertThat(steep.axes().most()).isPresent();
        assertThat(steep.axes().most().getAsDouble()).isBetween(5.0, 5.2);
        assertThat(steep.caption()).contains("beginning is cut off");
    }

    @Test
    void aPictureIsTwiceAsFineAsItIsShownAndHasTheRunsColours() throws IOException {
        for (Palette palette : List.of(Palette.light(), Palette.dark())) {
            BufferedImage image = drawn(palette, Figures.of(runs("a", "b")).get(2));
            assertThat(image.getWidth()).isEqualTo(2 * FigurePainter.WIDTH);
            assertThat(image.getHeight()).isEqualTo(2 * FigurePainter.HEIGHT);
            assertThat(colors(image))
                    .contains(
                            palette.background().getRGB(),
                            palette.run(0).getRGB(),
                            palette.run(1).getRGB())
                    .doesNotContain(palette.run(2).getRGB());
        }
    }

    @Test
    void theSameRunsGiveTheSameBytes() throws IOException {
        Figure figure = Figures.of(runs("a")).getFirst();
        assertThat(FigurePainter.with(Palette.light()).png(figure))
                .isEqualTo(FigurePainter.with(Palette.light()).png(figure));
    }

    @Test
    void runsBeyondTheColoursAreDashed() {
        assertThat(Palette.light().stroke(0, 1).getDashArray()).isNull();
        assertThat(Palette.light().stroke(Palette.RUN_COLORS, 1).getDashArray()).isNotEmpty();
        assertThat(Palette.light().run(Palette.RUN_COLORS))
                .isEqualTo(Palette.light().run(0));
        assertThat(HtmlTable.swatch(Palette.RUN_COLORS)).contains("dashed", "--run-0");
    }

    private static BufferedImage drawn(Palette palette, Figure figure) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(FigurePainter.with(palette).png(figure)));
    }

    private static Set<Integer> colors(BufferedImage image) {
        return IntStream.range(0, image.getWidth() * image.getHeight())
                .mapToObj(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
                .collect(Collectors.toSet());
    }
}
