package org.narrowbert.parquet;

import java.util.List;
import org.narrowbert.model.data.text.DocumentFile;
import org.narrowbert.model.data.text.DocumentFormat;
import org.narrowbert.model.data.text.DocumentReader;
import org.narrowbert.model.data.text.ReadingNotes;
import org.narrowbert.model.data.text.ReadingOptions;

/** Parquet: a table, one of whose columns holds the documents. */
public final class ParquetFormat implements DocumentFormat {
    /** The format, as the service loader makes it. */
    public ParquetFormat() {}

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
    public DocumentReader open(DocumentFile file, ReadingOptions options, ReadingNotes notes) {
        return ParquetReader.open(file, options, notes);
    }
}
