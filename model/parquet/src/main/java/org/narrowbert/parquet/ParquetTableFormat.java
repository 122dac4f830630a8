package org.narrowbert.parquet;

import java.util.List;
import org.narrowbert.model.data.text.DocumentFile;
import org.narrowbert.model.table.TableFormat;
import org.narrowbert.model.table.TableReader;

/** Parquet as a table of texts, numbers, truth values and lists of these. */
public final class ParquetTableFormat implements TableFormat {
    /** The format, as the service loader makes it. */
    public ParquetTableFormat() {}

    @Override
    public String name() {
        return "Parquet";
    }

    @Override
    public List<String> endings() {
        return List.of(".parquet");
    }

    @Override
    public boolean compressible() {
        return false;
    }

    @Override
    public TableReader open(DocumentFile file) {
        return ParquetTable.open(file);
    }
}
