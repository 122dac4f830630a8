package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Writes tables of every kind of column with Apache Parquet's own writer. */
@SuppressWarnings("deprecation") // Hadoop's configuration is still what the writer's abstract methods take.
final class TableFiles {
    private static final String SCHEMA = """
        message table {
          optional binary text (STRING);
          required int64 label;
          optional int32 small;
          required double score;
          required float share;
          required boolean truth;
          required int32 day (DATE);
          optional group tokens (LIST) { repeated group list { optional binary element (STRING); } }
          required group tags (LIST) { repeated group list { required int64 element; } }
        }
        """;

    private TableFiles() {}

    /** A row; lists that are empty are written as such, and one that is absent is null. */
    record Row(
            Optional<String> text,
            long label,
            Optional<Integer> small,
            double score,
            boolean truth,
            Optional<List<String>> tokens,
            List<Long> tags) {}

    static Path write(Path file, WriterVersion version, boolean dictionary, List<Row> rows) throws IOException {
        return write(file, version, dictionary, rows, Map.of());
    }

    static Path write(Path file, WriterVersion version, boolean dictionary, List<Row> rows, Map<String, String> notes)
            throws IOException {
        try (ParquetWriter<Row> writer = new Builder(file)
                .withExtraMetaData(notes)
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withWriterVersion(version)
                .withDictionaryEncoding(dictionary)
                .withPageRowCountLimit(70)
                .withRowGroupRowCountLimit(200)
                .withPageWriteChecksumEnabled(true)
                .build()) {
            for (Row row : rows) {
                writer.write(row);
            }
        }
        return file;
    }

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
        Builder(Path file) {
            super(new ParquetFiles.PathOutput(file));
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(Configuration configuration) {
            return new Rows();
        }
    }

    private static final class Rows extends WriteSupport<Row> {
        private final MessageType schema = MessageTypeParser.parseMessageType(SCHEMA);
        private RecordConsumer consumer;

        @Override
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer to) {
            consumer = to;
        }

        @Override
        public void write(Row row) {
            consumer.startMessage();
            row.text.ifPresent(text -> field("text", 0, () -> consumer.addBinary(Binary.fromString(text))));
            field("label", 1, () -> consumer.addLong(row.label));
            row.small.ifPresent(small -> field("small", 2, () -> consumer.addInteger(small)));
            field("score", 3, () -> consumer.addDouble(row.score));
            field("share", 4, () -> consumer.addFloat((float) row.score));
            field("truth", 5, () -> consumer.addBoolean(row.truth));
            field("day", 6, () -> consumer.addInteger(1));
            row.tokens.ifPresent(tokens -> field(
                    "tokens", 7, () -> list(tokens.stream().map(this::text).toList())));
            field("tags", 8, () -> list(row.tags.stream().map(this::number).toList()));
            consumer.endMessage();
        }

        private Runnable text(String text) {
            return () -> consumer.addBinary(Binary.fromString(text));
        }

        private Runnable number(long number) {
            return () -> consumer.addLong(number);
        }

        private void list(List<Runnable> values) {
            consumer.startGroup();
            if (!values.isEmpty()) {
                field("list", 0, () -> {
                    for (Runnable value : values) {
                        consumer.startGroup();
                        field("element", 0, value);
                        consumer.endGroup();
                    }
                });
            }
            consumer.endGroup();
        }

        private void field(String name, int index, Runnable value) {
            consumer.startField(name, index);
            value.run();
            consumer.endField(name, index);
        }
    }
}
