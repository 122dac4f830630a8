package org.narrowbert.model.data.text;

import java.nio.file.Path;
import java.util.List;
import org.narrowbert.engine.error.UserError;

/** Files of documents in any of the known formats, read one after the other. */
public final class TextFiles implements TextSource {
    private final List<DocumentFile> files;
    private final DocumentFormats formats;
    private final ReadingOptions options;

    private TextFiles(List<Path> paths, DocumentFormats formats, ReadingOptions options) {
        this.files = paths.stream().map(DocumentFile::of).toList();
        this.formats = formats;
        this.options = options;
        for (DocumentFile file : files) {
            file.check();
            formats.of(file).check(file, options, new ReadingNotes(options.documentLimit()));
        }
    }

    /**
     * Files by their names, each of which is looked at now, so that a wrong one is reported before any work.
     *
     * @param names files, folders (all files in them whose names are known, in the order of the names) or patterns such as
     *     {@code books/*.txt} (all files that match, in the order of the names); a file that is named twice is read once
     * @throws UserError if no name is given
     * @throws org.narrowbert.engine.error.RunError if a file is missing, empty, of a kind that cannot be read, or has no field or column of the text
     */
    public static TextFiles named(List<String> names, ReadingOptions options) {
        if (names.isEmpty()) {
            throw new UserError("no text file is given: name at least one");
        }
        DocumentFormats formats = DocumentFormats.find();
        return new TextFiles(new FileNames(formats).expand(names), formats, options);
    }

    /** Files in which documents are paragraphs or lines, whichever each looks like. */
    public static TextFiles of(Path... files) {
        return new TextFiles(List.of(files), DocumentFormats.find(), ReadingOptions.of(DocumentUnit.AUTOMATIC));
    }

    @Override
    public Documents open() {
        return new FileDocuments(files, formats, options);
    }

    @Override
    public long bytes() {
        return files.stream().mapToLong(DocumentFile::bytes).sum();
    }

    @Override
    public String description() {
        return files.size() == 1 ? files.getFirst().toString() : files.size() + " files from " + files.getFirst();
    }

    @Override
    public Documents sample(long byteOffset) {
        long before = 0;
        for (DocumentFile file : files) {
            if (byteOffset < before + file.bytes()) {
                return new FileDocuments(List.of(file.from(byteOffset - before)), formats, options);
            }
            before += file.bytes();
        }
        return open();
    }

    @Override
    public int files() {
        return files.size();
    }
}
