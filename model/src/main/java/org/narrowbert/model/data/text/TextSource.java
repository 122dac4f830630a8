package org.narrowbert.model.data.text;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.narrowbert.model.tokenizer.BasicTokenizer;
import org.narrowbert.model.tokenizer.WordCounts;

/** A corpus of documents that can be read any number of times, always the same and in the same order. */
public sealed interface TextSource permits TextFiles, WordNetCorpus {
    /** Starts reading at the first document. */
    Documents open();

    /** Bytes that a whole reading goes through: what {@link Documents#bytesRead()} is out of. */
    long bytes();

    /** Starts reading at about the given byte of {@link #bytes()}; a sample ends where it likes. */
    Documents sample(long byteOffset);

    /** Number of files. */
    int files();

    /** What a user calls it: the files' names or the corpus's. */
    String description();

    /**
     * Counts the words of all documents, for vocabulary training.
     *
     * @param progress told the bytes read so far, out of {@link #bytes()}
     * @param notices told what was read otherwise than it stands in the files
     */
    default WordCounts words(BasicTokenizer tokenizer, LongConsumer progress, Consumer<String> notices) {
        WordCounts words = new WordCounts(tokenizer);
        try (Documents documents = open()) {
            for (Optional<String> text = documents.next(); text.isPresent(); text = documents.next()) {
                words.add(text.get());
                progress.accept(documents.bytesRead());
            }
            progress.accept(documents.bytesRead());
            documents.notice().ifPresent(notices);
        }
        return words;
    }
}
