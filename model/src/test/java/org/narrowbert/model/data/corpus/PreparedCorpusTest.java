package org.narrowbert.model.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.data.sample.BlockSamples;
import org.narrowbert.model.data.sample.DocumentSamples;
import org.narrowbert.model.data.sample.PackedSamples;
import org.narrowbert.model.data.sample.SampleOrder;
import org.narrowbert.model.data.sample.Samples;
import org.narrowbert.model.data.text.TextFiles;
import org.narrowbert.model.data.text.TextSource;
import org.narrowbert.model.files.DiskRoom;
import org.narrowbert.model.tokenizer.Tokenizer;

class PreparedCorpusTest {
    private static final List<String> TOKENS =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "##a", "##b", "##c");

    @TempDir
    Path folder;

    private Path text(String text) throws IOException {
        return Files.writeString(folder.resolve("text.txt"), text);
    }

    private PreparedCorpus prepare(TextSource text, double share, long seed, int threads, long shardBytes) {
        Path prepared = folder.resolve("prepared-" + threads + "-" + seed);
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            new CorpusPreparation(text, Optional.empty(), new ValidationSplit(share, seed), tokenizer, 1)
                    .write(prepared, true, threads, shardBytes, bytes -> {}, notice -> {});
        }
        return PreparedCorpus.open(prepared);
    }

    private PreparedCorpus prepare(String text, double share, long seed, int threads) throws IOException {
        return prepare(TextFiles.of(text(text)), share, seed, threads, ShardWriter.SHARD_BYTES);
    }

    private static int[] ids(TokenStream stream) {
        int[] ids = new int[Math.toIntExact(stream.size())];
        stream.copy(0, ids, 0, ids.length);
        return ids;
    }

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Arrays.toString(Files.readAllBytes(file)));
            }
        }
        return files;
    }

    @Test
    void documentsAreJoinedWithClsAndSepAsInRunMlm() throws IOException {
        try (PreparedCorpus corpus = prepare("a b\nabc x\nc\n", 0, 1, 1)) {
            TokenStream training = corpus.training();
            assertThat(ids(training)).containsExactly(2, 5, 6, 3, 2, 5, 9, 10, 1, 3, 2, 7, 3);
            assertThat(training.documents()).isEqualTo(3);
            assertThat(IntStream.range(0, 3).mapToLong(training::documentStart)).containsExactly(0L, 4L, 10L);
            assertThat(IntStream.range(0, 3).map(training::documentLength)).containsExactly(4, 6, 3);
            assertThat(corpus.validation().size()).isZero();
            assertThat(corpus.validation().documents()).isZero();
            assertThat(corpus.vocabularySize()).isEqualTo(TOKENS.size());
        }
    }

    /** Documents of 3 to 27 tokens. */
    private static String manyDocuments() {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, 20_000)
                .forEach(i -> text.append("a b c ".repeat(i % 5))
                        .append("abc".repeat(i % 4))
                        .append("a\n"));
        return text.toString();
    }

    @Test
    void theFilesAreTheSameForAnyNumberOfThreadsAndTheSplitIsByWholeDocuments() throws IOException {
        TextSource text = TextFiles.of(text(manyDocuments()));
        try (PreparedCorpus one = prepare(text, 0.05, 7, 1, 1 << 16);
                PreparedCorpus two = prepare(text, 0.05, 7, 2, 1 << 16);
                PreparedCorpus seven = prepare(text, 0.05, 7, 7, 1 << 16);
                PreparedCorpus otherSeed = prepare(text, 0.05, 8, 7, 1 << 16)) {
            assertThat(files(one.folder()))
                    .isEqualTo(files(two.folder()))
                    .isEqualTo(files(seven.folder()))
                    .containsKeys(
                            "dataset.json", "train-00003.bin", "train-00003.idx", "validation-00000.bin", "vocab.txt");
            assertThat(one.fingerprint()).isEqualTo(seven.fingerprint()).isNotEqualTo(otherSeed.fingerprint());
            assertThat(one.validation().documents() / 20_000.0).isCloseTo(0.05, within(0.008));
            assertThat(one.training().documents() + one.validation().documents())
                    .isEqualTo(20_000);
            assertThat(ids(one.validation())).isNotEqualTo(ids(otherSeed.validation()));
            assertThat(IntStream.of(ids(one.validation())).filter(id -> id == 2).count())
                    .isEqualTo(one.validation().documents());
        }
    }

    @Test
    void samplesFromShardsAreThoseOfTheSameTokensInMemory() throws IOException {
        try (PreparedCorpus corpus = prepare(TextFiles.of(text(manyDocuments())), 0, 1, 2, 100_000)) {
            TokenStream shards = corpus.training();
            TokenStream memory = inMemory(manyDocuments());
            assertThat(ids(shards)).isEqualTo(ids(memory));
            assertThat(shards.documents()).isEqualTo(memory.documents());
            int[] lengths = new int[20_000];
            int[] expected = new int[20_000];
            shards.copyLengths(0, lengths, 0, 20_000);
            memory.copyLengths(0, expected, 0, 20_000);
            assertThat(lengths).isEqualTo(expected);
            for (int document = 0; document < 20_000; document += 37) {
                assertThat(shards.documentStart(document)).isEqualTo(memory.documentStart(document));
            }
            for (Function<TokenStream, Samples> cut : List.<Function<TokenStream, Samples>>of(
                    stream -> new BlockSamples(stream, 128, "text"),
                    stream -> new DocumentSamples(stream, 16, "text"),
                    stream -> new PackedSamples(stream, 128, "text"))) {
                checkSame(cut.apply(shards), cut.apply(memory));
            }
        }
    }

    private static void checkSame(Samples fromShards, Samples fromMemory) {
        int[] sample = new int[128];
        int[] same = new int[128];
        int[] ends = new int[64];
        int[] sameEnds = new int[64];
        assertThat(fromShards.count()).isEqualTo(fromMemory.count()).isGreaterThan(1_000);
        SampleOrder order = new SampleOrder(fromShards.count(), 5);
        for (long place = 0; place < fromShards.count(); place++) {
            long number = order.sample(3, place);
            int sequences = fromShards.read(number, sample, 0, ends, 0);
            assertThat(fromMemory.read(number, same, 0, sameEnds, 0)).isEqualTo(sequences);
            assertThat(sample).isEqualTo(same);
            assertThat(ends).isEqualTo(sameEnds);
        }
    }

    @Test
    void theFingerprintIsThatOfTheTokensAndNotOfTheNamesOfTheirFiles() throws IOException {
        Path named = text(manyDocuments());
        Path alike = folder.resolve("./text.txt");
        Path changed =
                Files.writeString(folder.resolve("other.txt"), manyDocuments().replaceFirst("a b c", "a b b"));
        try (PreparedCorpus corpus = prepare(TextFiles.of(named), 0.05, 7, 1, 1 << 20);
                PreparedCorpus same = prepare(TextFiles.of(alike), 0.05, 7, 2, 1 << 20);
                PreparedCorpus other = prepare(TextFiles.of(changed), 0.05, 7, 3, 1 << 20)) {
            assertThat(same.description()).isNotEqualTo(corpus.description());
            assertThat(same.fingerprint()).isEqualTo(corpus.fingerprint()).matches("[0-9a-f]{16}");
            assertThat(other.fingerprint()).isNotEqualTo(corpus.fingerprint());
        }
    }

    private static TokenStream inMemory(String text) {
        List<int[]> documents = new ArrayList<>();
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            text.lines().forEach(line -> {
                int[] ids = tokenizer.encode(line);
                documents.add(IntStream.concat(IntStream.of(2), IntStream.concat(IntStream.of(ids), IntStream.of(3)))
                        .toArray());
            });
        }
        return TokenStream.of(documents.toArray(int[][]::new));
    }

    @Test
    void idsBeyondSixteenBitsTakeFourBytes() throws IOException {
        for (int vocabularySize : new int[] {65_536, 65_537}) {
            try (ShardWriter writer = new ShardWriter(folder, "train", vocabularySize, 1 << 22)) {
                int[] document = IntStream.range(0, 1_000_000)
                        .map(i -> i % 1000 == 0 ? vocabularySize - 1 : i % 65_000)
                        .toArray();
                writer.add(document);
                writer.add(new int[] {7});
                List<Shard> shards = writer.finish();
                try (ShardStream stream = new ShardStream(folder, shards, vocabularySize)) {
                    assertThat(Arrays.copyOf(ids(stream), 1_000_000)).isEqualTo(document);
                    assertThat(stream.documentStart(1)).isEqualTo(1_000_000);
                    assertThat(shards.getFirst().ids().bytes())
                            .isEqualTo(1_000_001L * (vocabularySize == 65_536 ? 2 : 4));
                }
            }
        }
    }

    @Test
    void aTextOfItsOwnCanBeValidatedOn() throws IOException {
        Path other = Files.writeString(folder.resolve("other.txt"), "c\nc c\n");
        Path prepared = folder.resolve("prepared");
        List<Long> progress = new ArrayList<>();
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            CorpusPreparation preparation = new CorpusPreparation(
                    TextFiles.of(text("a b c\n".repeat(100_000))),
                    Optional.of(TextFiles.of(other)),
                    new ValidationSplit(0, 1),
                    tokenizer,
                    1);
            preparation.write(prepared, false, 2, progress::add, notice -> {});
            assertThat(progress).isSorted().hasSizeGreaterThan(2).endsWith(preparation.bytes());
        }
        try (PreparedCorpus corpus = PreparedCorpus.open(prepared)) {
            assertThat(corpus.training().documents()).isEqualTo(100_000);
            assertThat(ids(corpus.validation())).containsExactly(2, 7, 3, 2, 7, 7, 3);
        }
    }

    @Test
    void theDiskThatIsNeededIsEstimatedAndTooLittleIsRefused() throws IOException {
        TextSource text = TextFiles.of(text(manyDocuments()));
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true);
                PreparedCorpus corpus = prepare(text, 0.05, 7, 2, 1 << 20)) {
            DiskNeed need =
                    new CorpusPreparation(text, Optional.empty(), new ValidationSplit(0.05, 7), tokenizer, 1).need();
            long tokens = corpus.training().size() + corpus.validation().size();
            long bytes = 0;
            try (Stream<Path> files = Files.list(corpus.folder())) {
                for (Path file : files.toList()) {
                    bytes += Files.size(file);
                }
            }
            assertThat((double) need.tokens() / tokens).isCloseTo(1, within(0.02));
            assertThat((double) need.bytes() / bytes).isCloseTo(1, within(0.02));
            need.check(folder, need.bytes() * 2);
            assertThatThrownBy(() -> need.check(folder, need.bytes()))
                    .isInstanceOf(RunError.class)
                    .hasMessageContainingAll("will take about", "MB are free", folder.toString());
            assertThat(DiskRoom.free(folder.resolve("not/yet/there"))).isPositive();
        }
    }

    @Test
    void whatCannotBePreparedLeavesNothingBehindAndEndsWithItsSentence() throws IOException {
        assertThatThrownBy(() -> prepare("a b\nc\u0000\n", 0, 1, 2))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("byte 5 is NUL");
        assertThatThrownBy(() -> prepare("a", 1, 1, 1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("100.0%");
        Path few = text("a b c\n");
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            CorpusPreparation preparation =
                    new CorpusPreparation(TextFiles.of(few), Optional.empty(), new ValidationSplit(0, 1), tokenizer, 6);
            assertThatThrownBy(() -> preparation.write(folder.resolve("few"), false, 1, bytes -> {}, notice -> {}))
                    .isInstanceOf(RunError.class)
                    .hasMessage("the training text has 5 tokens, fewer than one block of 6: give more text or a smaller"
                            + " --max-seq-length");
        }
        assertThat(folder).isDirectoryNotContaining("glob:**/*{few,prepared,tmp}*");
    }

    @Test
    void theTokenizerMustBeTheOneOfTheFolder() throws IOException {
        try (PreparedCorpus corpus = prepare("a b c\n", 0, 1, 1);
                Tokenizer same = Tokenizer.open(TOKENS, true);
                Tokenizer carried = Tokenizer.open(corpus.folder());
                Tokenizer cased = Tokenizer.open(TOKENS, false);
                Tokenizer other = Tokenizer.open(
                        Stream.concat(TOKENS.stream(), Stream.of("d")).toList(), true)) {
            corpus.check(same);
            corpus.check(carried);
            for (Tokenizer wrong : List.of(cased, other)) {
                assertThatThrownBy(() -> corpus.check(wrong))
                        .isInstanceOf(UserError.class)
                        .hasMessageContaining("was prepared with another tokenizer");
            }
        }
    }
}
