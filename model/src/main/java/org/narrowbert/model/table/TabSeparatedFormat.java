package org.narrowbert.model.table;

import java.util.List;
import org.narrowbert.model.data.text.DocumentFile;

/** TSV: a tab ends a field, a line a row, the first line has the names; quotes are text. */
final class TabSeparatedFormat implements TableFormat {
    @Override
    public String name() {
        return "TSV";
    }

    @Override
    public List<String> endings() {
        return List.of(".tsv", ".tab");
    }

    @Override
    public boolean compressible() {
        return true;
    }

    @Override
    public TableReader open(DocumentFile file) {
        return TabSeparatedReader.open(file, Header::names, RaggedRow.REFUSED);
    }
}
