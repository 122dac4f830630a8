package org.narrowbert.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Texts of real books, from the folder that NARROWBERT_DATA names: {@code books/validation.txt}, a blank line after each paragraph. */
final class BookTexts {
    private static final int SHORTEST = 3;
    private static final int LONGEST = 20;
    private static final int LONGEST_PARAGRAPH = 90;

    private BookTexts() {}

    /** The first paragraphs of 3 to 90 words, so that no model cuts them; none is a title. */
    static List<String> paragraphs(int count) {
        return all().filter(paragraph -> words(paragraph) >= SHORTEST && words(paragraph) <= LONGEST_PARAGRAPH)
                .limit(count)
                .toList();
    }

    /** The first sentences of 3 to 20 words. */
    static List<String> sentences(int count) {
        return all().flatMap(paragraph -> Stream.of(paragraph.split("(?<=[.?!])\\s+")))
                .filter(sentence -> words(sentence) >= SHORTEST && words(sentence) <= LONGEST)
                .limit(count)
                .toList();
    }

    private static int words(String text) {
        return text.split("\\s+").length;
    }

    private static Stream<String> all() {
        Path file = Optional.ofNullable(System.getenv("NARROWBERT_DATA"))
                .map(Path::of)
                .orElseThrow(() -> new IllegalStateException("name the folder that holds books/ in NARROWBERT_DATA"))
                .resolve("books/validation.txt");
        try {
            return Stream.of(Files.readString(file).split("\n\\s*\n"))
                    .map(paragraph -> paragraph.strip().replaceAll("\\s+", " "))
                    .filter(paragraph -> !paragraph.startsWith("#"));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
