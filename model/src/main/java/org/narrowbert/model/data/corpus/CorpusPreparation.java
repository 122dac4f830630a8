package org.narrowbert.model.data.corpus;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.Documents;
import org.narrowbert.model.data.text.TextSource;
import org.narrowbert.model.files.DurableFolder;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.tokenizer.TokenizerFiles;

/**
 * Makes a folder of token ids of a text: every document as [CLS] ids [SEP], whole documents to train on or to validate with.
 *
 * <p>The bytes written depend on the text, the split and the tokenizer, not on the number of threads. What is held in memory does not grow
 * with the text.
 */
public final class CorpusPreparation {
    private final TextSource text;
    private final Optional<TextSource> validationText;
    private final ValidationSplit split;
    private final Tokenizer tokenizer;
    private final long leastTokens;

    /**
     * A preparation that has not begun.
     *
     * @param text to train on
     * @param validationText a text of its own to validate with; the split then sets no document aside unless it is told to
     * @param split which documents of the text are for validation
     * @param leastTokens a text to train on with fewer is refused
     */
    public CorpusPreparation(
            TextSource text,
            Optional<TextSource> validationText,
            ValidationSplit split,
            Tokenizer tokenizer,
            long leastTokens) {
        this.text = text;
        this.validationText = validationText;
        this.split = split;
        this.tokenizer = tokenizer;
        this.leastTokens = leastTokens;
    }

    /** What is read, for people. */
    public String description() {
        return text.description()
                + validationText
                        .map(other -> ", validated on " + other.description())
                        .orElse("");
    }

    /** Bytes that are read. */
    public long bytes() {
        return text.bytes() + validationText.map(TextSource::bytes).orElse(0L);
    }

    /** About how much disk the folder will take; reads and encodes a sample of the text. */
    public DiskNeed need() {
        DocumentEncoder encoder = new DocumentEncoder(tokenizer, 1);
        DiskNeed need = DiskNeed.of(text, encoder);
        return validationText
                .map(other -> need.plus(DiskNeed.of(other, encoder)))
                .orElse(need);
    }

    /**
     * Writes the folder: beside its place first, so that its name never stands for a part.
     *
     * @param overwrite whether a folder that holds prepared text is replaced
     * @param threads number of threads that encode
     * @param progress told the bytes read so far, by the calling thread
     * @param notices told what was read otherwise than it stands in the files
     * @throws RunError if a file cannot be read or written, or there is too little text
     */
    public void write(Path folder, boolean overwrite, int threads, LongConsumer progress, Consumer<String> notices) {
        write(folder, overwrite, threads, ShardWriter.SHARD_BYTES, progress, notices);
    }

    /** Writes shards of another size, which tests use. */
    void write(
            Path folder,
            boolean overwrite,
            int threads,
            long shardBytes,
            LongConsumer progress,
            Consumer<String> notices) {
        DocumentEncoder encoder = new DocumentEncoder(tokenizer, threads);
        Consumer<Path> files = beside -> {
            TokenizerFiles.write(beside, tokenizer);
            int vocabularySize = tokenizer.vocabularySize();
            try (ShardWriter training = new ShardWriter(beside, "train", vocabularySize, shardBytes);
                    ShardWriter validation = new ShardWriter(beside, "validation", vocabularySize, shardBytes)) {
                Dealer dealer = new Dealer(training, validation);
                encode(text, encoder, progress, notices, dealer::deal);
                long read = text.bytes();
                validationText.ifPresent(other ->
                        encode(other, encoder, bytes -> progress.accept(read + bytes), notices, validation::add));
                List<Shard> shards = training.finish();
                checkLength(shards);
                DatasetJson.write(
                        beside,
                        new Dataset(
                                vocabularySize,
                                tokenizer.fingerprint(),
                                Dataset.Source.of(text),
                                validationText.map(Dataset.Source::of),
                                split,
                                shards,
                                validation.finish()));
            }
        };
        if (overwrite) {
            DurableFolder.replace(folder, DatasetJson::isOfPreparedText, files);
        } else {
            DurableFolder.write(folder, files);
        }
    }

    private static void encode(
            TextSource source,
            DocumentEncoder encoder,
            LongConsumer progress,
            Consumer<String> notices,
            Consumer<int[]> sink) {
        try (Documents documents = source.open()) {
            encoder.encode(documents, progress, sink);
            documents.notice().ifPresent(notices);
        }
    }

    private void checkLength(List<Shard> shards) {
        long tokens = shards.stream().mapToLong(Shard::tokens).sum();
        if (tokens < leastTokens) {
            throw new RunError("the training text has " + tokens + " tokens, fewer than one block of " + leastTokens
                    + ": give more text or a smaller --max-seq-length");
        }
    }

    /** Deals the documents of the text out as the split says, in their order. */
    private final class Dealer {
        private final ShardWriter training;
        private final ShardWriter validation;
        private long document;

        Dealer(ShardWriter training, ShardWriter validation) {
            this.training = training;
            this.validation = validation;
        }

        void deal(int[] ids) {
            (split.isValidation(document++) ? validation : training).add(ids);
        }
    }
}
