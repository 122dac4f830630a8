package org.narrowbert.model.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.narrowbert.model.data.corpus.CorpusPreparation;
import org.narrowbert.model.data.corpus.PreparedCorpus;
import org.narrowbert.model.data.corpus.TokenStream;
import org.narrowbert.model.data.corpus.ValidationSplit;
import org.narrowbert.model.data.sample.BlockSamples;
import org.narrowbert.model.data.sample.DocumentSamples;
import org.narrowbert.model.data.sample.Masker;
import org.narrowbert.model.data.sample.Masking;
import org.narrowbert.model.data.sample.PackedSamples;
import org.narrowbert.model.data.sample.Samples;
import org.narrowbert.model.data.sample.WholeWordMasker;
import org.narrowbert.model.data.text.TextFiles;
import org.narrowbert.model.tokenizer.SpecialTokens;
import org.narrowbert.model.tokenizer.Tokenizer;

/**
 * The text that runs are resumed on, from shards or from memory.
 *
 * @param folder of the prepared text
 */
record ResumeText(Path folder) {
    private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, TinyModels.MASK);
    static final int LENGTH = 12;

    /** Special tokens, words and, from {@link #PIECES} on, pieces that go on a word. */
    private static final List<String> TOKENS = Stream.of(
                    Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
                    IntStream.range(0, 28).mapToObj(i -> Character.toString(i < 26 ? 'a' + i : '0' + i - 26)),
                    IntStream.range(0, 28).mapToObj(i -> "##" + Character.toString(i < 26 ? 'a' + i : '0' + i - 26)))
            .flatMap(tokens -> tokens)
            .toList();

    private static final int PIECES = 33;

    /** Prepares a text in a folder. */
    static ResumeText prepare(Path prepared) throws IOException {
        Random random = new Random(6);
        StringBuilder text = new StringBuilder();
        for (int document = 0; document < 60; document++) {
            for (int words = 1 + random.nextInt(12); words > 0; words--) {
                for (int letters = 1 + random.nextInt(3); letters > 0; letters--) {
                    text.append((char) ('a' + random.nextInt(26)));
                }
                text.append(words > 1 ? " " : "\n\n");
            }
        }
        Path file = Files.writeString(prepared.resolve("text.txt"), text);
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            new CorpusPreparation(TextFiles.of(file), Optional.empty(), new ValidationSplit(0.1, 5), tokenizer, LENGTH)
                    .write(prepared.resolve("data"), false, 1, bytes -> {}, notice -> {});
        }
        return new ResumeText(prepared.resolve("data"));
    }

    /** The batches of a case. */
    static PretrainingData data(ResumeCase given, PreparedCorpus corpus) {
        PretrainingData.Content content = new PretrainingData.Content(
                samples(given, given.way().shards() ? corpus.training() : text(37), "training text"),
                Optional.of(samples(given, given.way().shards() ? corpus.validation() : text(3), "validation text")),
                masking(given, 8),
                given.way().staticMasks(),
                masking(given, 9),
                Long.MAX_VALUE,
                3);
        return new PretrainingData(content, 2, given.accumulation());
    }

    private static Samples samples(ResumeCase given, TokenStream text, String name) {
        return switch (given.way().cut()) {
            case BLOCKS -> new BlockSamples(text, LENGTH, name);
            case PACKS -> new PackedSamples(text, LENGTH, name);
            case LINES -> new DocumentSamples(text, LENGTH, name);
        };
    }

    private static Masking masking(ResumeCase given, long seed) {
        Masker tokens = new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, seed);
        if (!given.way().wholeWords()) {
            return tokens;
        }
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            return WholeWordMasker.of(tokens, tokenizer);
        }
    }

    /** Documents of 3 to 12 tokens, about as many tokens as so many blocks have; one token in four goes on a word. */
    private static TokenStream text(int blocks) {
        Random random = new Random(blocks);
        List<int[]> documents = new ArrayList<>();
        for (int document = 0; document < blocks * 8 / 5; document++) {
            int[] ids = new int[3 + random.nextInt(LENGTH - 2)];
            for (int i = 1; i < ids.length - 1; i++) {
                ids[i] = i > 1 && random.nextInt(4) == 0
                        ? random.nextInt(PIECES, TinyModels.VOCABULARY)
                        : random.nextInt(5, PIECES);
            }
            ids[0] = SPECIAL.cls();
            ids[ids.length - 1] = SPECIAL.sep();
            documents.add(ids);
        }
        return TokenStream.of(documents.toArray(int[][]::new));
    }
}
