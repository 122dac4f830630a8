package org.narrowbert.model.data.text;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.narrowbert.engine.error.RunError;

/** How a whole file is compressed. */
public enum Compression {
    /** Not at all. */
    NONE("", ""),
    /** gzip, also of several members end to end. */
    GZIP(".gz", "gzip"),
    /** Zstandard, also of several frames end to end, of windows up to 8 MiB. */
    ZSTD(".zst", "zstd");

    /** Endings of compressed files that are not read. */
    private static final List<String> OTHERS = List.of(".bz2", ".xz", ".lzma", ".zip", ".7z", ".lz4", ".br");

    private final String ending;
    private final String title;

    Compression(String ending, String title) {
        this.ending = ending;
        this.title = title;
    }

    /** The compression that a file's name, in small letters, tells of. */
    static Compression of(String name) {
        for (Compression compression : List.of(GZIP, ZSTD)) {
            if (name.endsWith(compression.ending)) {
                return compression;
            }
        }
        for (String other : OTHERS) {
            if (name.endsWith(other)) {
                throw new RunError("files that end in " + other + " are not read: decompress " + name
                        + ", or compress it with gzip (.gz) or zstd (.zst)");
            }
        }
        return NONE;
    }

    /** How names of such files end, with the dot. */
    String ending() {
        return ending;
    }

    /** What a user calls it. */
    String title() {
        return title;
    }

    /** What is wrong with the bytes, in place of what the decompressors say, each in its own words. */
    String damage(Exception error) {
        String theirs = String.valueOf(error.getMessage());
        if (theirs.equals(WholeGzipInput.REST)) {
            return theirs;
        }
        if (theirs.contains("GZIP format") || theirs.contains("magic")) {
            return "it does not begin as " + title + " does";
        }
        if (theirs.contains("trailer") || theirs.contains("checksum")) {
            return "its text is not the one that was compressed, by the check at its end";
        }
        return theirs.contains("Window size") ? "its window is larger than 8 MiB" : "its data are damaged";
    }

    /** The decompressed bytes of compressed ones: read little by little, whatever they come to. */
    InputStream decompress(InputStream compressed) throws IOException {
        return switch (this) {
            case NONE -> compressed;
            case GZIP -> new WholeGzipInput(compressed);
            case ZSTD -> new ZstdInputStream(compressed);
        };
    }
}
