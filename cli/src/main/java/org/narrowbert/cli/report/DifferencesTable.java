package org.narrowbert.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.narrowbert.cli.report.HtmlTable.Cell;
import org.narrowbert.model.config.RunConfig;

/** In what the runs were told otherwise than each other: a row for each option that is not the same in all. */
final class DifferencesTable {
    /** Where a run is kept and how it was begun says nothing of what it does. */
    private static final Set<String> OF_NO_INTEREST =
            Set.of("output-dir", "overwrite-output-dir", "resume-from-checkpoint", "config");

    private static final String NOT_GIVEN = "not given";

    private final List<Run> known;
    private final List<Run> unknown;

    DifferencesTable(List<Run> runs) {
        known = runs.stream().filter(run -> run.config().isPresent()).toList();
        unknown = runs.stream().filter(run -> run.config().isEmpty()).toList();
    }

    String html() {
        StringBuilder html = new StringBuilder();
        List<String> names = known.size() < 2 ? List.of() : differing();
        if (known.size() >= 2) {
            html.append(names.isEmpty() ? "<p>The runs were told the same.</p>\n" : table(names));
        }
        if (!unknown.isEmpty()) {
            html.append("<p>Not compared, because their folders have no %s: %s.</p>\n"
                    .formatted(
                            RunConfig.FILE,
                            HtmlTable.escaped(unknown.stream().map(Run::name).collect(Collectors.joining(", ")))));
        }
        return html.toString();
    }

    private List<String> differing() {
        Set<String> names = new TreeSet<>();
        known.forEach(run -> names.addAll(config(run).values().keySet()));
        names.removeAll(OF_NO_INTEREST);
        return names.stream()
                .filter(name ->
                        known.stream().map(run -> value(run, name)).distinct().count() > 1)
                .toList();
    }

    private String table(List<String> names) {
        List<String> heads = new ArrayList<>(List.of("Option"));
        known.forEach(run -> heads.add(run.name()));
        HtmlTable table = new HtmlTable("What differs", heads);
        for (String name : names) {
            List<Cell> row = new ArrayList<>(List.of(Cell.words("--" + name)));
            known.forEach(run -> row.add(Cell.words(value(run, name).orElse(NOT_GIVEN))));
            table.add(row);
        }
        return table.html(false);
    }

    private static Optional<String> value(Run run, String name) {
        return config(run).value(name);
    }

    private static RunConfig config(Run run) {
        return run.config().orElseThrow();
    }
}
