package org.narrowbert.model.data;

import java.util.List;
import java.util.Optional;

/**
 * What dataset.json says of a folder of prepared text.
 *
 * @param vocabularySize ids are below it
 * @param tokenizer the tokenizer's fingerprint
 * @param text what was read
 * @param validationText what was read to validate with, if that was a text of its own
 * @param split how documents of the text were dealt out
 * @param training shards to train on
 * @param validation shards to validate with
 */
record Dataset(
        int vocabularySize,
        String tokenizer,
        Source text,
        Optional<Source> validationText,
        ValidationSplit split,
        List<Shard> training,
        List<Shard> validation) {
    Dataset {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
    }

    /**
     * A text that was read.
     *
     * @param name what a user calls it
     * @param files number of files
     * @param bytes of all of them, as they lie on the disk
     */
    record Source(String name, long files, long bytes) {
        static Source of(TextSource text) {
            return new Source(text.description(), text.files(), text.bytes());
        }
    }
}
