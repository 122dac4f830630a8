package org.narrowbert.model.table;

import java.util.List;
import org.narrowbert.model.data.text.DocumentFile;

/** JSON Lines: one object a line, whose keys are the columns. */
final class JsonLinesTableFormat implements TableFormat {
    @Override
    public String name() {
        return "JSON Lines";
    }

    @Override
    public List<String> endings() {
        return List.of(".jsonl", ".ndjson", ".json");
    }

    @Override
    public boolean compressible() {
        return true;
    }

    @Override
    public TableReader open(DocumentFile file) {
        return JsonLinesTable.open(file);
    }
}
