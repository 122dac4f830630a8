package org.narrowbert.cli.report;

import java.util.ArrayList;
import java.util.List;

/** A table as HTML, its first column heading the rows. */
final class HtmlTable {
    private final String caption;
    private final List<String> heads;
    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * A cell.
     *
     * @param text as people read it; it is escaped
     * @param kind how it is set
     */
    record Cell(String text, Kind kind) {
        static Cell words(String text) {
            return new Cell(text, Kind.WORDS);
        }

        static Cell number(String text) {
            return new Cell(text, Kind.NUMBER);
        }
    }

    /** How a cell is set. */
    enum Kind {
        WORDS,
        /** Words that may take several lines. */
        LONG,
        NUMBER,
        /** The best number of its column. */
        BEST
    }

    /**
     * A table without rows.
     *
     * @param caption what it shows, for those who cannot see it
     * @param heads of the columns
     */
    HtmlTable(String caption, List<String> heads) {
        this.caption = caption;
        this.heads = List.copyOf(heads);
    }

    void add(List<Cell> row) {
        rows.add(List.copyOf(row));
    }

    /**
     * The table.
     *
     * @param swatches whether each row is a run, and shows its colour
     */
    String html(boolean swatches) {
        StringBuilder html =
                new StringBuilder("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n<table>\n"
                        .formatted(escaped(caption)));
        html.append("<thead><tr>");
        heads.forEach(
                head -> html.append("<th scope=\"col\">").append(escaped(head)).append("</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (int row = 0; row < rows.size(); row++) {
            html.append("<tr><th scope=\"row\">")
                    .append(swatches ? swatch(row) : "")
                    .append(escaped(rows.get(row).getFirst().text()))
                    .append("</th>");
            rows.get(row).stream().skip(1).map(HtmlTable::html).forEach(html::append);
            html.append("</tr>\n");
        }
        return html.append("</tbody>\n</table>\n</div>\n").toString();
    }

    private static String html(Cell cell) {
        return switch (cell.kind()) {
            case WORDS -> "<td>%s</td>".formatted(escaped(cell.text()));
            case LONG -> "<td class=\"long\">%s</td>".formatted(escaped(cell.text()));
            case NUMBER -> "<td class=\"number\">%s</td>".formatted(escaped(cell.text()));
            case BEST -> "<td class=\"number\"><strong>%s</strong></td>".formatted(escaped(cell.text()));
        };
    }

    /** A run's colour as a small line before its name. */
    static String swatch(int run) {
        return "<span class=\"swatch%s\" aria-hidden=\"true\" style=\"--run:var(--run-%d)\"></span>"
                .formatted(Palette.isDashed(run) ? " dashed" : "", run % Palette.RUN_COLORS);
    }

    /** Text that stands in HTML for itself, in attributes too. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
