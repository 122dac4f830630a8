package org.narrowbert.model.data.corpus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.Documents;
import org.narrowbert.model.tokenizer.SpecialTokens;
import org.narrowbert.model.tokenizer.Tokenizer;

/**
 * Makes token ids of documents on several threads: each as [CLS] ids [SEP], in the documents' order whatever the number of threads.
 *
 * @param tokenizer of the ids
 * @param threads number of threads that encode
 */
record DocumentEncoder(Tokenizer tokenizer, int threads) {
    private static final int CHARACTERS_A_TASK = 1 << 17;

    /**
     * What one thread works on.
     *
     * @param characters of all its texts
     * @param ids of each text
     */
    private record Task(long characters, Future<List<int[]>> ids) {}

    /**
     * Goes through all documents. What is held at once does not depend on the size of the corpus: some 128 thousand characters a thread, or
     * one document that has more.
     *
     * @param progress told the bytes read so far, by the calling thread
     * @param sink takes the ids of each document, by the calling thread
     */
    void encode(Documents documents, LongConsumer progress, Consumer<int[]> sink) {
        try (ExecutorService encoders = Executors.newFixedThreadPool(threads)) {
            Deque<Task> tasks = new ArrayDeque<>();
            long characters = 0;
            boolean more = true;
            while (more || !tasks.isEmpty()) {
                if (more && (tasks.isEmpty() || characters < 2L * threads * CHARACTERS_A_TASK)) {
                    List<String> texts = nextTexts(documents);
                    more = !texts.isEmpty();
                    if (more) {
                        Task task = new Task(
                                texts.stream().mapToLong(String::length).sum(), encoders.submit(() -> ids(texts)));
                        characters += task.characters;
                        tasks.add(task);
                    }
                } else {
                    // Results are taken in the order of the documents.
                    Task task = tasks.remove();
                    result(task.ids).forEach(sink);
                    characters -= task.characters;
                    progress.accept(documents.bytesRead());
                }
            }
        }
    }

    private static List<String> nextTexts(Documents documents) {
        List<String> texts = new ArrayList<>();
        for (int characters = 0; characters < CHARACTERS_A_TASK; ) {
            Optional<String> text = documents.next();
            if (text.isEmpty()) {
                break;
            }
            texts.add(text.get());
            characters += text.get().length();
        }
        return texts;
    }

    /** The ids of each text. */
    List<int[]> ids(List<String> texts) {
        SpecialTokens special = tokenizer.specialTokens();
        List<int[]> documents = new ArrayList<>(texts.size());
        for (String text : texts) {
            int[] ids = tokenizer.encode(text);
            int[] document = new int[ids.length + 2];
            document[0] = special.cls();
            System.arraycopy(ids, 0, document, 1, ids.length);
            document[ids.length + 1] = special.sep();
            documents.add(document);
        }
        return documents;
    }

    /** What a thread made; its failure as it was: too little memory and bugs are no fault of the text. */
    static List<int[]> result(Future<List<int[]>> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Error error -> throw error;
                case RuntimeException error -> throw error;
                case null, default -> throw new AssertionError("encoding throws nothing else", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunError("encoding was interrupted", e);
        }
    }
}
