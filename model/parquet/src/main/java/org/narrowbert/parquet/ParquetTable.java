package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.DocumentFile;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.table.TableReader;

/** The rows of a Parquet file: the chosen columns side by side, a page of each at a time. */
final class ParquetTable implements TableReader {
    private final DocumentFile file;
    private final FileChannel channel;
    private final Footer footer;
    private List<Column> chosen = List.of();
    private List<CellReader> cells = List.of();
    private long leftOfGroup;
    private int group;
    private long row;

    private ParquetTable(DocumentFile file, FileChannel channel, Footer footer) {
        this.file = file;
        this.channel = channel;
        this.footer = footer;
    }

    /**
     * Opens a file; the caller closes it.
     *
     * @throws RunError when it is no Parquet file, or is damaged
     */
    static ParquetTable open(DocumentFile file) {
        try {
            FileChannel channel = FileChannel.open(file.path());
            try {
                return new ParquetTable(file, channel, Footer.read(channel));
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

    @Override
    public List<String> columns() {
        return footer.columns().stream().map(Column::name).toList();
    }

    @Override
    public void choose(List<String> names) {
        List<Column> columns = new ArrayList<>();
        for (String name : names) {
            Column column = footer.columns().get(columns().indexOf(name));
            if (column.kind() == ValueKind.OTHER) {
                throw new RunError(file + " has " + column.holds() + " in its column '" + name
                        + "', where texts, numbers or lists of these are read: name another column");
            }
            try {
                footer.requireKnownCompression(column);
            } catch (Damage damage) {
                throw new RunError(file + " cannot be read as Parquet: " + damage.getMessage(), damage);
            }
            columns.add(column);
        }
        chosen = List.copyOf(columns);
    }

    @Override
    public Optional<List<Cell>> next() {
        try {
            while (leftOfGroup == 0) {
                if (group == footer.rowGroups().size()) {
                    return Optional.empty();
                }
                nextGroup();
            }
            leftOfGroup--;
            row++;
            List<Cell> cellsOfRow = new ArrayList<>(chosen.size());
            for (CellReader reader : cells) {
                cellsOfRow.add(reader.next(file + ", " + place() + ","));
            }
            return Optional.of(cellsOfRow);
        } catch (RunError error) {
            throw error;
        } catch (IOException | Damage | RuntimeException error) {
            throw Damage.within(file, group, position(), error);
        }
    }

    private void nextGroup() throws Damage {
        var next = footer.rowGroups().get(group++);
        List<CellReader> readers = new ArrayList<>(chosen.size());
        for (Column column : chosen) {
            readers.add(new CellReader(ColumnReader.of(channel, next, column, footer.begin()), column));
        }
        cells = readers;
        leftOfGroup = next.getNum_rows();
    }

    private long position() {
        return cells.stream().mapToLong(CellReader::position).max().orElse(0);
    }

    @Override
    public List<String> classNames(String column) {
        return footer.classLabels().of(column);
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
