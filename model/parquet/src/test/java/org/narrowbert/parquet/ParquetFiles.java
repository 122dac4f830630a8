package org.narrowbert.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Writes Parquet files with Apache Parquet's own writer: a number, a text and another text a row. */
@SuppressWarnings("deprecation") // Hadoop's configuration is still what the writer's abstract methods take.
final class ParquetFiles {
    private static final String SCHEMA = """
        message table {
          required int64 number;
          optional binary text (STRING);
          required binary other (STRING);
          required group deep { optional binary text (STRING); repeated int32 list; }
        }
        """;

    private ParquetFiles() {}

    /**
     * How a file is written.
     *
     * @param rowsAPage rows after which a page ends
     * @param rowsAGroup rows after which a row group ends
     */
    record Form(CompressionCodecName codec, WriterVersion version, boolean dictionary, int rowsAPage, int rowsAGroup) {}

    /** Writes a file whose column "text" has these values, of which empty arrays are null. */
    static Path write(Path file, Form form, List<byte[]> texts) throws IOException {
        Builder builder = new Builder(file);
        if (form.codec == CompressionCodecName.GZIP) {
            builder.withCodecFactory(new Gzip());
        }
        try (ParquetWriter<Row> writer = builder.withCompressionCodec(form.codec)
                .withWriterVersion(form.version)
                .withDictionaryEncoding(form.dictionary)
                .withPageRowCountLimit(form.rowsAPage)
                .withRowGroupRowCountLimit(form.rowsAGroup)
                .withPageWriteChecksumEnabled(true)
                .build()) {
            long number = 0;
            for (byte[] text : texts) {
                writer.write(new Row(number++, text));
            }
        }
        return file;
    }

    private record Row(long number, byte[] text) {}

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
        Builder(Path file) {
            super(new PathOutput(file));
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
            field("number", 0, () -> consumer.addLong(row.number));
            if (row.text.length > 0) {
                field("text", 1, () -> consumer.addBinary(Binary.fromConstantByteArray(row.text)));
            }
            field("other", 2, () -> consumer.addBinary(Binary.fromString("other " + row.number % 3)));
            field("deep", 3, () -> {
                consumer.startGroup();
                field("text", 0, () -> consumer.addBinary(Binary.fromString("deep")));
                consumer.endGroup();
            });
            consumer.endMessage();
        }

        private void field(String name, int index, Runnable value) {
            consumer.startField(name, index);
            value.run();
            consumer.endField(name, index);
        }
    }

    /** Apache Parquet takes gzip from Hadoop, which is not here. */
    private static final class Gzip implements CompressionCodecFactory {
        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName codec) {
            return new BytesInputCompressor() {
                @Override
                public BytesInput compress(BytesInput bytes) throws IOException {
                    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
                    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
                        bytes.writeAllTo(gzip);
                    }
                    return BytesInput.from(compressed.toByteArray());
                }

                @Override
                public CompressionCodecName getCodecName() {
                    return CompressionCodecName.GZIP;
                }

                @Override
                public void release() {}
            };
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
            throw new UnsupportedOperationException("only writes");
        }

        @Override
        public void release() {}
    }

    record PathOutput(Path file) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSize) throws IOException {
            return createOrOverwrite(blockSize);
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSize) throws IOException {
            SeekableByteChannel channel = Files.newByteChannel(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
            return new PositionOutputStream() {
                @Override
                public long getPos() throws IOException {
                    return channel.position();
                }

                @Override
                public void write(int value) throws IOException {
                    write(new byte[] {(byte) value}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int at, int count) throws IOException {
                    ByteBuffer buffer = ByteBuffer.wrap(bytes, at, count);
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                }

                @Override
                public void close() throws IOException {
                    channel.close();
                }
            };
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
