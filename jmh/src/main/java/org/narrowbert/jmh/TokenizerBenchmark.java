package org.narrowbert.jmh;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.narrowbert.jmh.peers.PeerMissing;
import org.narrowbert.jmh.peers.Threads;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Texts to token ids, by Hugging Face's library as the product calls it. Texts and vocabulary are made: words of one to four syllables, of which the
 * vocabulary knows the syllables, so that words have about two and a half pieces.
 *
 * <p>Score: batches a second; {@code megabytes}: 10^6 bytes of UTF-8 a second; {@code tokens}: token ids a second.
 *
 * <p>Again: {@code ./mvnw -Ppeers -pl jmh -am package -DskipTests && java -jar jmh/target/benchmarks.jar TokenizerBenchmark -rf json}: the library is in
 * the folder of the peers, since other benchmarks need no text.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class TokenizerBenchmark {
    private static final String CONSONANTS = "bdfgklmnprstvz";
    private static final String VOWELS = "aeiou";

    /** Texts, and words of each. */
    @Param({"1x12", "32x100"})
    public String texts = "";

    private final List<String> made = new ArrayList<>();
    private Tokenizer tokenizer;
    private double bytes;

    /** What was done: JMH divides both by the time. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        /** 10^6 bytes. */
        public double megabytes;

        /** Token ids. */
        public double tokens;
    }

    /** Makes the vocabulary and the texts. */
    @Setup(Level.Trial)
    public void open() {
        System.out.println("# " + Threads.pin(1));
        List<String> syllables = new ArrayList<>();
        CONSONANTS
                .chars()
                .forEach(consonant -> VOWELS.chars()
                        .forEach(vowel -> syllables.add(Character.toString(consonant) + Character.toString(vowel))));
        List<String> vocabulary = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
        vocabulary.addAll(syllables);
        syllables.forEach(syllable -> vocabulary.add("##" + syllable));
        try {
            tokenizer = Tokenizer.open(vocabulary, true);
        } catch (NoClassDefFoundError missing) {
            throw PeerMissing.library("Hugging Face's tokenizer library", missing);
        }
        String[] sizes = texts.split("x", -1);
        SplittableRandom random = new SplittableRandom(1);
        for (int text = 0; text < Integer.parseInt(sizes[0]); text++) {
            StringBuilder words = new StringBuilder();
            for (int word = 0; word < Integer.parseInt(sizes[1]); word++) {
                words.append(word == 0 ? "" : " ");
                for (int syllable = random.nextInt(1, 5); syllable > 0; syllable--) {
                    words.append(syllables.get(random.nextInt(syllables.size())));
                }
            }
            made.add(words.toString());
        }
        bytes = made.stream()
                .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    /** Closes what {@link #open} opened. */
    @TearDown(Level.Trial)
    public void close() {
        tokenizer.close();
    }

    /** All texts once. */
    @Benchmark
    public int encode(Work work) {
        int count = 0;
        for (int[] ids : tokenizer.encodeBatch(made)) {
            count += ids.length;
        }
        work.megabytes += bytes / 1e6;
        work.tokens += count;
        return count;
    }
}
