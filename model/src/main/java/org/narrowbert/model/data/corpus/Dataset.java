package org.narrowbert.model.data.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.narrowbert.model.data.text.TextSource;
import org.narrowbert.model.files.Sha256;

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
    private static final int FINGERPRINT_DIGITS = 16;

    Dataset {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
    }

    /**
     * What tells these tokens from others: 16 hexadecimal digits of the tokenizer, the split and every shard's sizes and checksums. The
     * names of the files that were read have no part in it: the same text may be named in many ways.
     */
    String fingerprint() {
        List<String> told = new ArrayList<>(List.of(
                Integer.toString(vocabularySize),
                tokenizer,
                Double.toString(split.share()),
                Long.toString(split.seed())));
        Stream.of(training, validation).forEach(shards -> {
            told.add(Integer.toString(shards.size()));
            shards.forEach(shard -> told.addAll(List.of(
                    Long.toString(shard.documents()),
                    Long.toString(shard.tokens()),
                    Arrays.toString(shard.ids().checksums()),
                    Arrays.toString(shard.index().checksums()))));
        });
        return Sha256.of(String.join("\n", told)).substring(0, FINGERPRINT_DIGITS);
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
