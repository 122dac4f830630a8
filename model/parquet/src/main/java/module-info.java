import org.jspecify.annotations.NullMarked;
import org.narrowbert.model.data.text.DocumentFormat;
import org.narrowbert.model.table.TableFormat;
import org.narrowbert.parquet.ParquetFormat;
import org.narrowbert.parquet.ParquetTableFormat;

/** Parquet files as text to train on, and as tables. */
@NullMarked
module org.narrowbert.parquet {
    requires aircompressor.v3;
    requires org.narrowbert.model;
    requires org.narrowbert.parquet.library;
    requires tools.jackson.databind;
    requires static org.jspecify;

    provides DocumentFormat with
            ParquetFormat;
    provides TableFormat with
            ParquetTableFormat;
}
