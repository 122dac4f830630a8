/**
 * The parts of Apache Parquet's Java library that read footers, page headers and encodings, as one module: its jars share packages, which no
 * module path allows. Nothing here is written by this project but this file.
 */
module org.narrowbert.parquet.library {
    requires org.slf4j;

    exports org.apache.parquet.bytes;
    exports org.apache.parquet.column.values.delta;
    exports org.apache.parquet.column.values.deltalengthbytearray;
    exports org.apache.parquet.column.values.plain;
    exports org.apache.parquet.column.values.rle;
    exports org.apache.parquet.column.values;
    exports org.apache.parquet.format;
    exports org.apache.parquet.io.api;
    exports shaded.parquet.org.apache.thrift;
    exports shaded.parquet.org.apache.thrift.protocol;
    exports shaded.parquet.org.apache.thrift.transport;
}
