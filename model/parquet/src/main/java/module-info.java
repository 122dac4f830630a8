import org.jspecify.annotations.NullMarked;
import org.narrowbert.model.data.DocumentFormat;
import org.narrowbert.parquet.ParquetFormat;

/** Parquet files as text to train on. */
@NullMarked
module org.narrowbert.parquet {
    requires aircompressor.v3;
    requires org.narrowbert.model;
    requires org.narrowbert.parquet.library;
    requires static org.jspecify;

    provides DocumentFormat with
            ParquetFormat;
}
