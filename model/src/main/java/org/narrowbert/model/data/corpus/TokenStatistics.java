package org.narrowbert.model.data.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.narrowbert.model.data.text.Documents;
import org.narrowbert.model.data.text.TextSource;
import org.narrowbert.model.tokenizer.Tokenizer;

/** Counts about the tokens of a text: how long its documents are, and which tokens it has. Lengths count [CLS] and [SEP]. */
public final class TokenStatistics {
    /** Lengths below it have a counter each. */
    private static final int COUNTED_LENGTHS = 1 << 16;

    private static final int IDS = 1 << 15;

    private final long[] tokenCounts;
    private final long[] lengthCounts = new long[COUNTED_LENGTHS];
    private final TreeMap<Integer, Long> greatLengths = new TreeMap<>();
    private long documents;
    private long tokens;

    private TokenStatistics(int vocabularySize) {
        this.tokenCounts = new long[vocabularySize];
    }

    /**
     * Counts tokens that were prepared.
     *
     * @param progress told the tokens counted so far
     */
    public static TokenStatistics of(TokenStream stream, int vocabularySize, LongConsumer progress) {
        TokenStatistics statistics = new TokenStatistics(vocabularySize);
        int[] numbers = new int[IDS];
        for (long first = 0; first < stream.documents(); first += IDS) {
            int now = (int) Math.min(IDS, stream.documents() - first);
            stream.copyLengths(first, numbers, 0, now);
            for (int i = 0; i < now; i++) {
                statistics.addLength(numbers[i]);
            }
        }
        for (long first = 0; first < stream.size(); first += IDS) {
            int now = (int) Math.min(IDS, stream.size() - first);
            stream.copy(first, numbers, 0, now);
            statistics.addIds(numbers, now);
            progress.accept(first + now);
        }
        return statistics;
    }

    /**
     * Encodes a text and counts its tokens; nothing is written.
     *
     * @param progress told the bytes read so far, out of {@link TextSource#bytes()}
     * @param notices told what was read otherwise than it stands in the files
     */
    public static TokenStatistics of(
            TextSource text, Tokenizer tokenizer, int threads, LongConsumer progress, Consumer<String> notices) {
        TokenStatistics statistics = new TokenStatistics(tokenizer.vocabularySize());
        try (Documents all = text.open()) {
            new DocumentEncoder(tokenizer, threads).encode(all, progress, ids -> {
                statistics.addLength(ids.length);
                statistics.addIds(ids, ids.length);
            });
            all.notice().ifPresent(notices);
        }
        return statistics;
    }

    private void addLength(int length) {
        documents++;
        if (length < COUNTED_LENGTHS) {
            lengthCounts[length]++;
        } else {
            greatLengths.merge(length, 1L, Long::sum);
        }
    }

    private void addIds(int[] ids, int count) {
        for (int i = 0; i < count; i++) {
            tokenCounts[ids[i]]++;
        }
        tokens += count;
    }

    /** Number of documents. */
    public long documents() {
        return documents;
    }

    /** Number of tokens. */
    public long tokens() {
        return tokens;
    }

    /** How often a token occurs. */
    public long count(int id) {
        return tokenCounts[id];
    }

    /**
     * The length that a share of the documents does not exceed; 0 without documents.
     *
     * @param share 0 for the shortest document, 1 for the longest
     */
    public int quantile(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * documents));
        long seen = 0;
        for (int length = 0; length < COUNTED_LENGTHS; length++) {
            seen += lengthCounts[length];
            if (seen >= wanted) {
                return length;
            }
        }
        for (Map.Entry<Integer, Long> great : greatLengths.entrySet()) {
            seen += great.getValue();
            if (seen >= wanted) {
                return great.getKey();
            }
        }
        return 0;
    }

    /**
     * Documents of a range of lengths.
     *
     * @param from shortest length
     * @param to longest length
     * @param documents how many
     */
    public record Bin(int from, int to, long documents) {}

    /** Documents by length, in ranges from a power of two to below the next, without empty ranges at the ends. */
    public List<Bin> histogram() {
        List<Bin> bins = new ArrayList<>();
        for (int from = Integer.highestOneBit(quantile(0)); from > 0 && from <= quantile(1); from *= 2) {
            int to = 2 * from - 1;
            long count = Arrays.stream(lengthCounts, Math.min(from, COUNTED_LENGTHS), Math.min(to + 1, COUNTED_LENGTHS))
                    .sum();
            count += greatLengths.subMap(from, true, to, true).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            bins.add(new Bin(from, to, count));
        }
        return bins;
    }

    /** The ids that occur most often, the most frequent first, equally frequent ones by id. */
    public List<Integer> mostFrequent(int most) {
        return IntStream.range(0, tokenCounts.length)
                .filter(id -> tokenCounts[id] > 0)
                .boxed()
                .sorted(Comparator.comparingLong((Integer id) -> -tokenCounts[id])
                        .thenComparing(id -> id))
                .limit(most)
                .toList();
    }
}
