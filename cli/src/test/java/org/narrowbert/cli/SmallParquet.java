package org.narrowbert.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A file of three texts in a column "text", as model/parquet's HandMadeFile writes it. */
public final class SmallParquet {
    private SmallParquet() {}

    /** The file's bytes. */
    public static byte[] bytes() throws IOException {
        try (InputStream words = Objects.requireNonNull(SmallParquet.class.getResourceAsStream("words.parquet"))) {
            return words.readAllBytes();
        }
    }
}
