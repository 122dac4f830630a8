package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.Shown;
import org.narrowbert.model.data.text.DocumentFile;
import org.narrowbert.model.data.text.DocumentReader;
import org.narrowbert.model.data.text.EncodingErrors;
import org.narrowbert.model.data.text.ReadingNotes;
import org.narrowbert.model.data.text.ReadingOptions;
import org.narrowbert.model.files.FileProblem;

/** The documents of a Parquet file: the values of one column, row after row; a missing one is a document without text. */
final class ParquetReader implements DocumentReader {
    private static final int NAMES_SHOWN = 8;

    private final DocumentFile file;
    private final FileChannel channel;
    private final Footer footer;
    private final Column column;
    private final ReadingOptions options;
    private final ReadingNotes notes;
    private final long size;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private Optional<ColumnReader> reader = Optional.empty();
    private int group;
    private long row;

    private ParquetReader(
            DocumentFile file,
            FileChannel channel,
            Footer footer,
            Column column,
            ReadingOptions options,
            ReadingNotes notes)
            throws IOException {
        this.file = file;
        this.channel = channel;
        this.footer = footer;
        this.column = column;
        this.options = options;
        this.notes = notes;
        this.size = channel.size();
    }

    /**
     * Opens a file and finds the column; the caller closes it.
     *
     * @throws RunError when it is no Parquet file, is damaged, or has no such column of text
     */
    static ParquetReader open(DocumentFile file, ReadingOptions options, ReadingNotes notes) {
        try {
            FileChannel channel = FileChannel.open(file.path());
            try {
                Footer footer = Footer.read(channel);
                Column column = column(file, footer.columns(), options.textColumn());
                footer.requireKnownCompression(column);
                return new ParquetReader(file, channel, footer, column, options, notes);
            } catch (IOException | Damage | RuntimeException error) {
                channel.close();
                throw error;
            }
        } catch (IOException error) {
            throw FileProblem.reading(file.path(), error);
        } catch (Damage damage) {
            throw new RunError(file + " cannot be read as Parquet: " + damage.getMessage(), damage);
        }
    }

    private static Column column(DocumentFile file, List<Column> columns, String name) {
        List<Column> named =
                columns.stream().filter(column -> column.name().equals(name)).toList();
        if (named.isEmpty()) {
            List<String> names =
                    columns.stream().map(Column::name).map(Shown::of).toList();
            throw new RunError(file + " has no column '" + name + "', it has "
                    + String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())))
                    + (names.size() > NAMES_SHOWN ? ", ..." : "")
                    + ": name the column with the text with --text-column");
        }
        Column column = named.getFirst();
        if (!column.text()) {
            throw new RunError(file + " has " + column.holds() + " in its column '" + name
                    + "': name the column with the text with --text-column");
        }
        return column;
    }

    @Override
    public Optional<String> next() {
        try {
            while (true) {
                if (reader.isPresent() && reader.get().hasNext()) {
                    row++;
                    ByteBuffer value = reader.get().next();
                    if (reader.get().isMissing() && options.nullRefused()) {
                        throw new RunError(file + ", " + place() + ", has null in its column '" + options.textColumn()
                                + "', which is no text: give it one, \"\" for an empty one, or leave the row out");
                    }
                    return Optional.of(text(value));
                }
                if (group == footer.rowGroups().size()) {
                    return Optional.empty();
                }
                reader = Optional.of(ColumnReader.of(channel, footer.rowGroups().get(group++), column, footer.begin()));
            }
        } catch (RunError error) {
            throw error;
        } catch (IOException | Damage | RuntimeException error) {
            throw Damage.within(file, group, reader.map(ColumnReader::position).orElse(0L), error);
        }
    }

    private String text(ByteBuffer bytes) {
        int begin = bytes.position();
        try {
            return decoder.decode(bytes).toString();
        } catch (CharacterCodingException error) {
            if (options.encodingErrors() == EncodingErrors.STRICT) {
                throw new RunError(
                        file + " is not UTF-8 text: byte " + (bytes.position() - begin) + " of " + place()
                                + " cannot be decoded; write the file again as UTF-8" + options.wayOut(),
                        error);
            }
        }
        notes.replaced(file + ", " + place());
        return StandardCharsets.UTF_8.decode(bytes.position(begin)).toString();
    }

    @Override
    public long bytesRead() {
        return footer.rows() == 0 ? size : (long) ((double) row / footer.rows() * size);
    }

    @Override
    public String place() {
        return "row " + row;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException error) {
            throw FileProblem.reading(file.path(), error);
        }
    }
}
