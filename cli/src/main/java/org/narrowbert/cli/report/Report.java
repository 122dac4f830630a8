package org.narrowbert.cli.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.files.DurableFile;

/** A report of some runs: a page, and its pictures as PNG files. */
public final class Report {
    /** The name of the file in a run's folder that holds what {@code narrowbert plan} prints for the run. */
    public static final String PLAN = "plan.txt";

    private final List<Run> runs;
    private final List<Figure> figures;

    private Report(List<Run> runs) {
        this.runs = runs;
        this.figures = Figures.of(runs);
    }

    /**
     * Reads runs.
     *
     * @param folders of one or more runs
     * @throws UserError when a folder is named twice
     * @throws RunError when one is no folder of a run, or a file in it is not sound
     */
    public static Report of(List<Path> folders) {
        List<String> names = RunNames.of(folders);
        return new Report(IntStream.range(0, folders.size())
                .mapToObj(run -> Run.read(folders.get(run), names.get(run)))
                .toList());
    }

    /**
     * The files that {@link #write} writes, the page first.
     *
     * @param page where the page goes; the pictures' names begin with its name
     * @param pictures the folder where they go
     */
    public List<Path> files(Path page, Path pictures) {
        List<Path> files = new ArrayList<>(List.of(page));
        figures.forEach(figure -> files.add(picture(page, pictures, figure)));
        return files;
    }

    /**
     * Draws and writes everything, each file whole or not at all.
     *
     * @param page where the page goes
     * @param pictures the folder where the pictures go, which exists
     * @throws RunError when there is no font to draw with, or a file cannot be written
     */
    public void write(Path page, Path pictures) {
        FigurePainter light = FigurePainter.with(Palette.light());
        FigurePainter dark = FigurePainter.with(Palette.dark());
        List<ReportPage.Picture> drawn = figures.stream()
                .map(figure -> new ReportPage.Picture(figure, light.png(figure), dark.png(figure)))
                .toList();
        drawn.forEach(picture -> DurableFile.write(picture(page, pictures, picture.figure()), picture.light()));
        DurableFile.write(page, ReportPage.html(runs, drawn).getBytes(StandardCharsets.UTF_8));
    }

    private static Path picture(Path page, Path pictures, Figure figure) {
        String name =
                Objects.requireNonNull(page.getFileName(), "a page is a file").toString();
        int dot = name.lastIndexOf('.');
        return pictures.resolve((dot > 0 ? name.substring(0, dot) : name) + "-" + figure.id() + ".png");
    }
}
