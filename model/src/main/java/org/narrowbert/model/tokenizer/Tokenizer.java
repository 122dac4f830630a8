package org.narrowbert.model.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.narrowbert.engine.error.RunError;
import tools.jackson.databind.node.ObjectNode;

/**
 * BERT's WordPiece tokenizer: text to token ids and back, by the Hugging Face tokenizers library. Nothing is ever downloaded.
 *
 * <p>Safe for many threads at once, which is the way to use several cores: a text is encoded by the thread that asks. Special tokens that
 * stand in a text by name, such as {@code [MASK]}, are read as those tokens.
 */
public final class Tokenizer implements AutoCloseable {
    /** Most characters of one text. */
    public static final int TEXT_LIMIT = 16 << 20;

    /** The library needs some hundred bytes a character while it encodes, so longer texts go in pieces. */
    private static final int PIECE = 1 << 16;

    /** Characters after which even what looks like one word is cut: it would need gigabytes, and be [UNK]. */
    private static final int LONGEST_WORD = 1 << 20;

    private static final String MARKS = ".,;:!?\"'()/+=&%\u3001\u3002\uFF0C";
    private static final char FIRST_IDEOGRAPH = 0x4E00;
    private static final char LAST_IDEOGRAPH = 0x9FFF;

    private final NativeTokenizer library;
    private final TokenizerJson definition;
    private final SpecialTokens specialTokens;

    private Tokenizer(NativeTokenizer library, TokenizerJson definition, SpecialTokens specialTokens) {
        this.library = library;
        this.definition = definition;
        this.specialTokens = specialTokens;
    }

    /**
     * Reads the tokenizer of a model.
     *
     * @param path a folder with a tokenizer.json or a vocab.txt, or one such file. Beside a vocab.txt, tokenizer_config.json says by
     *     {@code do_lower_case} whether letters are made small; without it they are
     * @throws RunError if there is none, or it is not a BERT tokenizer
     */
    public static Tokenizer open(Path path) {
        if (!Files.exists(path)) {
            throw new RunError("there is no file or folder " + path
                    + ": name a model's folder, its tokenizer.json or its vocab.txt");
        }
        if (!Files.isDirectory(path)) {
            return open(
                    path.getFileName().toString().endsWith(".json") ? readJson(path) : readVocabulary(path),
                    path.toString());
        }
        Path json = path.resolve(TokenizerFiles.TOKENIZER);
        if (Files.exists(json)) {
            return open(readJson(json), json.toString());
        }
        Path vocabulary = path.resolve(TokenizerFiles.VOCABULARY);
        if (Files.exists(vocabulary)) {
            return open(readVocabulary(vocabulary), vocabulary.toString());
        }
        throw new RunError("the folder " + path + " has neither " + TokenizerFiles.TOKENIZER + " nor "
                + TokenizerFiles.VOCABULARY + ": name the folder of a saved model or tokenizer");
    }

    /**
     * BERT's tokenizer with the given vocabulary.
     *
     * @param tokens in the order of their ids
     * @param lowercase whether letters are made small and lose their accents
     */
    public static Tokenizer open(List<String> tokens, boolean lowercase) {
        String where = "the given list of tokens";
        return open(TokenizerJson.of(Vocabulary.of(tokens, where), lowercase, where), where);
    }

    private static Tokenizer open(TokenizerJson definition, String where) {
        SpecialTokens special = SpecialTokens.of(definition.vocabulary(), where);
        return new Tokenizer(NativeTokenizer.open(definition.json(), where), definition, special);
    }

    private static TokenizerJson readJson(Path file) {
        return TokenizerJson.parse(Vocabulary.readText(file), file.toString());
    }

    private static TokenizerJson readVocabulary(Path file) {
        Path config = file.resolveSibling(TokenizerFiles.CONFIG);
        boolean lowercase = true;
        if (Files.exists(config)) {
            ObjectNode root = TokenizerJson.object(Vocabulary.readText(config), config.toString());
            lowercase = root.path("do_lower_case").asBoolean(true);
        }
        return TokenizerJson.of(Vocabulary.read(file), lowercase, file.toString());
    }

    /**
     * Token ids of a text, without [CLS] and [SEP] around it.
     *
     * @throws RunError if the text has more than {@link #TEXT_LIMIT} characters
     */
    public int[] encode(String text) {
        requireLength(text);
        if (text.length() <= PIECE || !definition.splitsAtSpaces()) {
            return library.encode(text);
        }
        int[] ids = new int[text.length() / 4];
        int count = 0;
        for (int start = 0; start < text.length(); ) {
            int end = pieceEnd(text, start);
            int[] piece = library.encode(text.substring(start, end));
            if (count + piece.length > ids.length) {
                ids = Arrays.copyOf(ids, Math.max(2 * ids.length, count + piece.length));
            }
            System.arraycopy(piece, 0, ids, count, piece.length);
            count += piece.length;
            start = end;
        }
        return Arrays.copyOf(ids, count);
    }

    /**
     * Token ids of a text with the place of each token in it; the ids are those of {@link #encode}.
     *
     * @throws RunError if the text has more than {@link #TEXT_LIMIT} characters
     */
    public TokenSpans encodeWithSpans(String text) {
        requireLength(text);
        if (text.length() <= PIECE || !definition.splitsAtSpaces()) {
            return library.encodeWithSpans(text);
        }
        IntStream.Builder ids = IntStream.builder();
        IntStream.Builder starts = IntStream.builder();
        IntStream.Builder ends = IntStream.builder();
        for (int start = 0; start < text.length(); ) {
            int end = pieceEnd(text, start);
            TokenSpans piece = library.encodeWithSpans(text.substring(start, end));
            for (int token = 0; token < piece.count(); token++) {
                ids.add(piece.inputIds()[token]);
                starts.add(start + piece.starts()[token]);
                ends.add(start + piece.ends()[token]);
            }
            start = end;
        }
        return new TokenSpans(
                ids.build().toArray(), starts.build().toArray(), ends.build().toArray());
    }

    private static void requireLength(String text) {
        if (text.length() > TEXT_LIMIT) {
            throw new RunError("a text of " + text.length() + " characters is more than the " + TEXT_LIMIT
                    + " that one text may have: split it");
        }
    }

    /**
     * The last place within a piece's length where no word goes on, or else the next: words are not cut, so the ids are those of the whole
     * text. Only what goes on for {@link #LONGEST_WORD} characters without a blank or a mark is cut anywhere.
     */
    private static int pieceEnd(String text, int start) {
        if (text.length() - start <= PIECE) {
            return text.length();
        }
        for (int end = start + PIECE; end > start; end--) {
            if (isBetweenWords(text, end)) {
                return end;
            }
        }
        int most = Math.min(text.length(), start + LONGEST_WORD);
        for (int end = start + PIECE; end < most; end++) {
            if (isBetweenWords(text, end)) {
                return end;
            }
        }
        return most - (Character.isHighSurrogate(text.charAt(most - 1)) ? 1 : 0);
    }

    /** Whether BERT's rules part words there, however the text goes on: at blanks, after marks that no special token has, after ideographs. */
    private static boolean isBetweenWords(String text, int place) {
        char before = text.charAt(place - 1);
        return isSpace(text.charAt(place))
                || MARKS.indexOf(before) >= 0
                || (before >= FIRST_IDEOGRAPH && before <= LAST_IDEOGRAPH);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n';
    }

    /** Token ids of each text, as {@link #encode} gives them. */
    public List<int[]> encodeBatch(List<String> texts) {
        List<int[]> batch = new ArrayList<>(texts.size());
        for (String text : texts) {
            batch.add(encode(text));
        }
        return batch;
    }

    /** The tokens of ids. */
    public List<String> tokens(int... ids) {
        return Arrays.stream(ids).mapToObj(definition.vocabulary()::token).toList();
    }

    /** The text of ids as the library writes it: pieces of a word joined, special tokens by name. */
    public String decode(int... ids) {
        return decode(ids, false);
    }

    /** The text of ids, with or without special tokens. */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        return library.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecialTokens);
    }

    /** Number of tokens, special ones included: ids are below it. */
    public int vocabularySize() {
        return definition.vocabulary().size();
    }

    /** The tokens in the order of their ids. */
    public List<String> vocabulary() {
        return definition.vocabulary().tokens();
    }

    /** The id of a token. */
    public Optional<Integer> id(String token) {
        return definition.vocabulary().id(token);
    }

    /** The ids of the tokens with a meaning of their own. */
    public SpecialTokens specialTokens() {
        return specialTokens;
    }

    /** Whether letters are made small. */
    public boolean lowercase() {
        return definition.lowercase();
    }

    /** The text of a tokenizer.json from which {@link #open(Path)} makes this tokenizer again. */
    public String json() {
        return definition.json();
    }

    /**
     * What tells this tokenizer from others that give other ids: 64 hexadecimal digits, which depend on its tokens, how it normalises and
     * splits text, and nothing else that its file says.
     */
    public String fingerprint() {
        return definition.fingerprint();
    }

    @Override
    public void close() {
        library.close();
    }
}
