package org.narrowbert.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.narrowbert.cli.report.HtmlTable.Cell;
import org.narrowbert.model.config.RunConfig;

/** The report as one HTML page, which loads nothing and runs nothing: style and pictures are inside. */
final class ReportPage {
    private static final String STYLE_SHEET = "report.css";

    /** As many runs as a heading can name. */
    private static final int MOST_NAMES = 4;

    private ReportPage() {}

    /**
     * A figure with its pictures.
     *
     * @param figure what it shows
     * @param light PNG file for light pages
     * @param dark PNG file for dark pages
     */
    record Picture(Figure figure, byte[] light, byte[] dark) {}

    /** The whole page. */
    static String html(List<Run> runs, List<Picture> pictures) {
        String names = runs.size() > MOST_NAMES
                ? runs.size() + " runs"
                : HtmlTable.escaped(runs.stream().map(Run::name).collect(Collectors.joining(", ")));
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta http-equiv="Content-Security-Policy" content="%s">
                <link rel="icon" href="data:,">
                <title>%s: training with NarrowBERT</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                <header>
                <p>Training with NarrowBERT</p>
                <h1>%s</h1>
                </header>
                <section>
                <h2>Results</h2>
                %s<p class="note">The last validation of each run; of a fine-tuned model, the model that was kept. Time is that of training steps, over all segments of a run that was
                interrupted, without validations and saves.</p>
                </section>
                <section>
                <h2>Curves</h2>
                <div class="figures">
                %s</div>
                </section>
                %s%s<section>
                <h2>Plan and configuration</h2>
                %s</section>
                </main>
                </body>
                </html>
                """.formatted(
                        "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
                        names,
                        style(),
                        names,
                        new ResultsTable(runs).html(),
                        pictures.stream().map(ReportPage::figure).collect(Collectors.joining()),
                        runs.size() == 1 ? "" : section("What differs", new DifferencesTable(runs).html()),
                        tasks(runs),
                        runs.stream().map(run -> details(runs, run)).collect(Collectors.joining()));
    }

    private static String style() {
        try (InputStream css = Objects.requireNonNull(
                ReportPage.class.getResourceAsStream(STYLE_SHEET), "the style sheet is part of the program")) {
            return ":root{%s}\n@media (prefers-color-scheme: dark){:root{%s}}\n"
                            .formatted(Palette.light().css(), Palette.dark().css())
                    + new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static String section(String heading, String content) {
        return "<section>\n<h2>%s</h2>\n%s</section>\n".formatted(heading, content);
    }

    private static String figure(Picture picture) {
        Figure figure = picture.figure();
        return """
                <figure id="%s">
                <picture>
                <source media="(prefers-color-scheme: dark)" srcset="%s">
                <img width="%d" height="%d" alt="%s" src="%s">
                </picture>
                <figcaption><strong>%s.</strong> %s</figcaption>
                </figure>
                """.formatted(
                        figure.id(),
                        data(picture.dark()),
                        FigurePainter.WIDTH,
                        FigurePainter.HEIGHT,
                        HtmlTable.escaped(figure.title() + ". " + figure.description()),
                        data(picture.light()),
                        HtmlTable.escaped(figure.title()),
                        HtmlTable.escaped(figure.caption()));
    }

    private static String data(byte[] png) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }

    /** What fine-tuned models do well and badly; nothing where all runs are of pretraining. */
    private static String tasks(List<Run> runs) {
        String content = runs.stream()
                .filter(run -> !run.details().isEmpty())
                .map(run -> heading(runs, run) + TaskTables.html(run))
                .collect(Collectors.joining());
        return content.isEmpty() ? "" : section("What the models take for what", content);
    }

    private static String heading(List<Run> runs, Run run) {
        return runs.size() == 1
                ? ""
                : "<h3>%s%s</h3>\n".formatted(HtmlTable.swatch(runs.indexOf(run)), HtmlTable.escaped(run.name()));
    }

    private static String details(List<Run> runs, Run run) {
        String heading = heading(runs, run);
        String plan = run.plan()
                .map(text -> folded("Plan", "<pre tabindex=\"0\">%s</pre>\n".formatted(HtmlTable.escaped(text))))
                .orElse(missing("plan", Report.PLAN));
        String config = run.config()
                .map(told -> folded("Configuration", table(told)))
                .orElse(missing("configuration", RunConfig.FILE));
        return heading + plan + config;
    }

    private static String folded(String summary, String content) {
        return "<details>\n<summary>%s</summary>\n%s</details>\n".formatted(summary, content);
    }

    private static String missing(String what, String file) {
        return "<p class=\"note\">No %s: the folder has no %s.</p>\n".formatted(what, file);
    }

    private static String table(RunConfig config) {
        HtmlTable table = new HtmlTable("Configuration", List.of("Option", "Value"));
        config.values()
                .forEach((name, values) ->
                        table.add(List.of(Cell.words("--" + name), Cell.words(String.join(" ", values)))));
        return table.html(false);
    }
}
