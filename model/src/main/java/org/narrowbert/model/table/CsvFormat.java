package org.narrowbert.model.table;

import java.util.List;
import org.narrowbert.model.data.text.DocumentFile;

/** CSV as RFC 4180 has it: commas, double quotes around fields that have commas, quotes or line ends; the first row has the names. */
final class CsvFormat implements TableFormat {
    @Override
    public String name() {
        return "CSV";
    }

    @Override
    public List<String> endings() {
        return List.of(".csv");
    }

    @Override
    public boolean compressible() {
        return true;
    }

    @Override
    public TableReader open(DocumentFile file) {
        return CsvTable.open(file);
    }
}
