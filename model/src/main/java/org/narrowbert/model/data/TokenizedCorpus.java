package org.narrowbert.model.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.random.CounterRandom;
import org.narrowbert.model.tokenizer.SpecialTokens;
import org.narrowbert.model.tokenizer.Tokenizer;

/**
 * A corpus as two rows of token ids, one to train on and one to validate with: every document as [CLS] ids [SEP], end to end, as Hugging
 * Face's run_mlm joins them. Whole documents belong to one side or the other.
 *
 * @param training ids of the training documents
 * @param validation ids of the validation documents
 * @param trainingDocuments their number
 * @param validationDocuments their number
 * @param notice what was read otherwise than it stands in the files
 */
public record TokenizedCorpus(
        TokenStream training,
        TokenStream validation,
        long trainingDocuments,
        long validationDocuments,
        Optional<String> notice) {
    private static final int CHARACTERS_A_TASK = 1 << 17;

    /** Keeps this use of a seed apart from others. */
    private static final long SITE = 0x5350_4C49_5453L;

    /**
     * How documents are dealt out: each goes to validation with a fixed probability that depends on the seed and its number alone.
     *
     * @param share of the documents, from 0 to below 1
     * @param seed of the choice
     */
    public record Split(double share, long seed) {
        public Split {
            if (!(share >= 0 && share < 1)) {
                throw new UserError(
                        "a validation share of " + 100 * share + "% cannot be split off: choose from 0 to below 100");
            }
        }

        boolean isValidation(long document) {
            return CounterRandom.uniform(CounterRandom.key(seed, SITE, document)) < share;
        }
    }

    /**
     * Makes token ids of all documents.
     *
     * @param threads number of threads that encode
     * @param progress told the bytes read so far, out of {@link TextSource#bytes()}, by the calling thread
     * @throws RunError if a file cannot be read or there is no text
     */
    public static TokenizedCorpus tokenize(
            TextSource source, Tokenizer tokenizer, Split split, int threads, LongConsumer progress) {
        TokenStream training = new TokenStream(tokenizer.vocabularySize());
        TokenStream validation = new TokenStream(tokenizer.vocabularySize());
        long document = 0;
        long validationDocuments = 0;
        try (Documents documents = source.open();
                ExecutorService encoders = Executors.newFixedThreadPool(threads)) {
            Deque<Future<List<int[]>>> tasks = new ArrayDeque<>();
            boolean more = true;
            while (more || !tasks.isEmpty()) {
                List<String> texts = more ? nextTexts(documents) : List.of();
                more = !texts.isEmpty();
                if (more) {
                    tasks.add(encoders.submit(() -> tokenizer.encodeBatch(texts)));
                }
                // Results are taken in the order of the documents, and no further ahead than keeps every thread busy.
                if (tasks.size() > 2 * threads || (!more && !tasks.isEmpty())) {
                    for (int[] ids : result(tasks.remove())) {
                        boolean validates = split.isValidation(document++);
                        validationDocuments += validates ? 1 : 0;
                        append(validates ? validation : training, ids, tokenizer.specialTokens());
                    }
                    progress.accept(documents.bytesRead());
                }
            }
            return new TokenizedCorpus(
                    training, validation, document - validationDocuments, validationDocuments, documents.notice());
        }
    }

    /** This corpus to train on, and all training documents of another one to validate with. */
    public TokenizedCorpus validatedOn(TokenizedCorpus other) {
        return new TokenizedCorpus(training, other.training, trainingDocuments, other.trainingDocuments, notice);
    }

    private static List<String> nextTexts(Documents documents) {
        List<String> texts = new ArrayList<>();
        int characters = 0;
        while (characters < CHARACTERS_A_TASK) {
            Optional<String> text = documents.next();
            if (text.isEmpty()) {
                break;
            }
            texts.add(text.get());
            characters += text.get().length();
        }
        return texts;
    }

    private static void append(TokenStream stream, int[] ids, SpecialTokens special) {
        stream.append(new int[] {special.cls()}, 1);
        stream.append(ids, ids.length);
        stream.append(new int[] {special.sep()}, 1);
    }

    private static List<int[]> result(Future<List<int[]>> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RunError error) {
                throw error;
            }
            throw new RunError("a text could not be encoded: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunError("encoding was interrupted", e);
        }
    }
}
