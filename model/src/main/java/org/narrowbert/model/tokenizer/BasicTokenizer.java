package org.narrowbert.model.tokenizer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * BERT's basic tokenizer: a text's words, before they are cut into pieces.
 *
 * <p>Control characters go; Chinese characters and punctuation stand alone; letters are made small and lose their accents if asked.
 * Vocabulary training counts these words; encoding leaves the same steps to the tokenizers library.
 */
public final class BasicTokenizer {
    private final boolean lowercase;

    /**
     * A tokenizer.
     *
     * @param lowercase whether letters are made small and lose their accents
     */
    public BasicTokenizer(boolean lowercase) {
        this.lowercase = lowercase;
    }

    /** The words of a text in order. */
    public List<String> words(String text) {
        List<String> words = new ArrayList<>();
        forEachWord(text, words::add);
        return words;
    }

    /** Hands over the words of a text in order. */
    public void forEachWord(String text, Consumer<String> action) {
        String clean = clean(text);
        boolean decompose = lowercase && !isAscii(clean);
        String normal = decompose ? Normalizer.normalize(clean, Normalizer.Form.NFD) : clean;
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < normal.length(); ) {
            int c = normal.codePointAt(i);
            i += Character.charCount(c);
            if (c == ' ') {
                flush(word, action);
            } else if (isPunctuation(c)) {
                flush(word, action);
                action.accept(Character.toString(c));
            } else if (!decompose || Character.getType(c) != Character.NON_SPACING_MARK) {
                word.appendCodePoint(lowercase ? Character.toLowerCase(c) : c);
            }
        }
        flush(word, action);
    }

    private static void flush(StringBuilder word, Consumer<String> action) {
        if (!word.isEmpty()) {
            action.accept(word.toString());
            word.setLength(0);
        }
    }

    /** Every kind of white space becomes a blank, Chinese characters get blanks around them, control characters go. */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isWhiteSpace(c)) {
                clean.append(' ');
            } else if (isChinese(c)) {
                clean.append(' ').appendCodePoint(c).append(' ');
            } else if (c != 0xFFFD && !isControl(c)) {
                clean.appendCodePoint(c);
            }
        }
        return clean.toString();
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Tab, line feed and carriage return, and what Unicode calls a separator; other control characters are not white space. */
    private static boolean isWhiteSpace(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || (c >= 0x80 && (Character.isSpaceChar(c)));
    }

    private static boolean isControl(int c) {
        if (c >= ' ' && c < 0x7F) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE -> true;
            default -> false;
        };
    }

    /** Every ASCII sign that is not a letter, digit or blank, such as $ and ^, and what Unicode calls punctuation. */
    private static boolean isPunctuation(int c) {
        if (c < 0x80) {
            return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** The blocks of Chinese characters, which are written without blanks; not the Japanese and Korean alphabets. */
    private static boolean isChinese(int c) {
        return c >= 0x3400
                && ((c >= 0x4E00 && c <= 0x9FFF)
                        || (c <= 0x4DBF)
                        || (c >= 0xF900 && c <= 0xFAFF)
                        || (c >= 0x20000 && c <= 0x2A6DF)
                        || (c >= 0x2A700 && c <= 0x2B81F)
                        || (c >= 0x2B920 && c <= 0x2CEAF)
                        || (c >= 0x2F800 && c <= 0x2FA1F));
    }
}
