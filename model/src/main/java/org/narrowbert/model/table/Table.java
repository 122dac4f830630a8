package org.narrowbert.model.table;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.Shown;
import org.narrowbert.model.data.text.Compression;
import org.narrowbert.model.data.text.DocumentFile;

/** A file with a table, opened by what its name ends in. For one thread. */
public final class Table implements AutoCloseable {
    /** A format of a module that may be left out. */
    private static final String PARQUET = ".parquet";

    private final DocumentFile file;
    private final TableReader reader;

    private Table(DocumentFile file, TableReader reader) {
        this.file = file;
        this.reader = reader;
    }

    /**
     * Opens a table; the caller closes it.
     *
     * @throws RunError if it is missing, empty, of a kind that is no table, or damaged where it begins
     */
    public static Table open(Path path) {
        DocumentFile file = DocumentFile.of(path);
        file.check();
        return new Table(file, format(file).open(file));
    }

    /**
     * Opens a table whose fields a tab ends and whose quotes are text, whatever its name ends in.
     *
     * @param header names of the columns from the file's first line, which may be a row already
     * @param ragged what is done about rows that have another number of fields
     * @throws RunError if the file is missing or empty
     */
    public static Table tabSeparated(Path path, Function<List<String>, Header> header, RaggedRow ragged) {
        DocumentFile file = DocumentFile.of(path);
        file.check();
        return new Table(file, TabSeparatedReader.open(file, header, ragged));
    }

    /** Whether a file's name says that it is a table that can be read. */
    public static boolean isTable(Path path) {
        String name = DocumentFile.of(path).name();
        return formats().flatMap(one -> one.endings().stream()).anyMatch(name::endsWith) || name.endsWith(PARQUET);
    }

    private static TableFormat format(DocumentFile file) {
        String name = file.name();
        Optional<TableFormat> named = formats()
                .filter(one -> one.endings().stream().anyMatch(name::endsWith))
                .findFirst();
        if (named.isEmpty() && name.endsWith(PARQUET)) {
            throw new RunError(file + " is a Parquet file, and the module org.narrowbert.parquet, which reads them, is"
                    + " not here: add its jars to the module path, or save the table as JSON Lines");
        }
        TableFormat format = named.orElseThrow(() -> new RunError(file + " has a name that tells of no table: "
                + formats().flatMap(one -> one.endings().stream()).collect(Collectors.joining(", "))
                + " are read"));
        if (file.compression() != Compression.NONE && !format.compressible()) {
            throw new RunError(file + " is " + format.name()
                    + " compressed as a whole: decompress it first, the format compresses by itself");
        }
        return format;
    }

    private static Stream<TableFormat> formats() {
        return Stream.concat(
                Stream.of(new CsvFormat(), new TabSeparatedFormat(), new JsonLinesTableFormat()),
                ServiceLoader.load(TableFormat.class, TableFormat.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get));
    }

    /** Names of the columns. */
    public List<String> columns() {
        return reader.columns();
    }

    /**
     * The rows' fields of some columns, in their order: {@link #next} gives them.
     *
     * @throws RunError if there is no such column, or there are two, with the names there are
     */
    public void choose(List<String> names) {
        for (String name : names) {
            long count = columns().stream().filter(name::equals).count();
            if (count != 1) {
                throw new RunError(file + " has " + (count == 0 ? "no" : "more than one") + " column '" + Shown.of(name)
                        + "', its columns are " + shown() + ": name the column with its option, or mend the file");
            }
        }
        reader.choose(names);
    }

    /** What the file says that the whole numbers of a column stand for, from 0 on; empty where it says nothing. */
    public List<String> classNames(String column) {
        return reader.classNames(column);
    }

    /** The columns, for an error message. */
    public String shown() {
        int most = 20;
        List<String> columns = columns();
        return IntStream.range(0, Math.min(most, columns.size()))
                        .mapToObj(columns::get)
                        .map(Shown::of)
                        .map(name -> name.isBlank() ? "'" + name + "'" : name)
                        .collect(Collectors.joining(", "))
                + (columns.size() > most ? ", ..." : "");
    }

    /** The chosen fields of the next row; empty after the last. */
    public Optional<List<Cell>> next() {
        return reader.next();
    }

    /** Where the last row stands, for people: file and line or row. */
    public String where() {
        return file + ", " + reader.place() + ",";
    }

    @Override
    public void close() {
        reader.close();
    }
}
