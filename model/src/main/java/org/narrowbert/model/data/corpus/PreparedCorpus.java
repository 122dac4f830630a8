package org.narrowbert.model.data.corpus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.tokenizer.TokenizerFiles;

/**
 * Text as token ids in a folder, which {@link CorpusPreparation} wrote: the only way text enters training.
 *
 * <p>Opening it takes no longer for a large text; what is read later is compared with its checksum when it is first touched. Its streams
 * are for one thread.
 */
public final class PreparedCorpus implements AutoCloseable {
    private final Path folder;
    private final Dataset dataset;
    private final String fingerprint;
    private final ShardStream training;
    private final ShardStream validation;

    private PreparedCorpus(Path folder, Dataset dataset, ShardStream training, ShardStream validation) {
        this.folder = folder;
        this.dataset = dataset;
        this.fingerprint = dataset.fingerprint();
        this.training = training;
        this.validation = validation;
    }

    /**
     * Opens a folder of prepared text.
     *
     * @throws RunError if it is none, or a file of it is missing or of the wrong size
     */
    public static PreparedCorpus open(Path folder) {
        Dataset dataset = DatasetJson.read(folder);
        ShardStream training = stream(folder, dataset.training(), dataset);
        try {
            return new PreparedCorpus(folder, dataset, training, stream(folder, dataset.validation(), dataset));
        } catch (RuntimeException error) {
            training.close();
            throw error;
        }
    }

    private static ShardStream stream(Path folder, List<Shard> shards, Dataset dataset) {
        return new ShardStream(folder, shards, dataset.vocabularySize());
    }

    /** Whether a folder is one of prepared text, sound or not. */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(DatasetJson.NAME));
    }

    /** Whether a file of this name belongs into such a folder. */
    public static boolean isFileName(String name) {
        return name.equals(DatasetJson.NAME) || TokenizerFiles.NAMES.contains(name) || Shard.isFileName(name);
    }

    /**
     * Opens the tokenizer that a folder of prepared text carries; the caller closes it.
     *
     * @throws RunError if it is no such folder, or the tokenizer is not the one that the text was prepared with
     */
    public static Tokenizer openTokenizer(Path folder) {
        DatasetJson.check(folder);
        Dataset dataset = DatasetJson.read(folder);
        Tokenizer tokenizer = Tokenizer.open(folder);
        if (!tokenizer.fingerprint().equals(dataset.tokenizer())) {
            tokenizer.close();
            throw new RunError("the tokenizer in " + folder + " was changed after the text was prepared with it: put"
                    + " its files back, or prepare the text again");
        }
        return tokenizer;
    }

    /** Where it lies. */
    public Path folder() {
        return folder;
    }

    /** Ids of the documents to train on. */
    public TokenStream training() {
        return training;
    }

    /** Ids of the documents to validate with; there may be none. */
    public TokenStream validation() {
        return validation;
    }

    /** Ids are below it. */
    public int vocabularySize() {
        return dataset.vocabularySize();
    }

    /** What tells this text from others, to the last token, wherever it was read from: 16 hexadecimal digits. */
    public String fingerprint() {
        return fingerprint;
    }

    /** What was read, for people. */
    public String description() {
        return dataset.text().name();
    }

    /**
     * Refuses a tokenizer that would give other ids than those in the folder.
     *
     * @throws UserError if it is another one
     */
    public void check(Tokenizer tokenizer) {
        if (tokenizer.vocabularySize() != dataset.vocabularySize()
                || !tokenizer.fingerprint().equals(dataset.tokenizer())) {
            throw new UserError("the text in " + folder + " was prepared with another tokenizer than the one given:"
                    + " leave --tokenizer out to take the one in that folder, or prepare the text again");
        }
    }

    @Override
    public void close() {
        try (validation) {
            training.close();
        }
    }
}
