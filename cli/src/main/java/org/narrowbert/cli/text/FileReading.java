package org.narrowbert.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.model.data.text.DocumentUnit;
import org.narrowbert.model.data.text.EncodingErrors;
import org.narrowbert.model.data.text.ReadingOptions;
import picocli.CommandLine.Option;

/** Options that say how files are read as documents. */
final class FileReading {
    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            description = "The field or column with the text in JSON Lines and Parquet (default: text).")
    private Optional<String> textColumn = Optional.empty();

    @Option(
            names = "--document-unit",
            paramLabel = "UNIT",
            description =
                    "What a document is in a file of text: line, paragraph (blank lines between), or automatic, which"
                            + " takes paragraphs where the file has blank lines (default).")
    private Optional<DocumentUnit> documentUnit = Optional.empty();

    @Option(
            names = "--encoding-errors",
            paramLabel = "WHAT",
            description = "Bytes that are not UTF-8 are refused (strict, the default) or replaced (replace).")
    private Optional<EncodingErrors> encodingErrors = Optional.empty();

    FileReading() {}

    /** The names of the options that were given. */
    List<String> given() {
        List<String> given = new ArrayList<>();
        textColumn.ifPresent(value -> given.add("--text-column"));
        documentUnit.ifPresent(value -> given.add("--document-unit"));
        encodingErrors.ifPresent(value -> given.add("--encoding-errors"));
        return given;
    }

    /** What they say. */
    ReadingOptions options() {
        return new ReadingOptions(
                documentUnit.orElse(DocumentUnit.AUTOMATIC),
                textColumn.orElse(ReadingOptions.TEXT_COLUMN),
                encodingErrors.orElse(EncodingErrors.STRICT),
                ReadingOptions.DOCUMENT_LIMIT);
    }
}
