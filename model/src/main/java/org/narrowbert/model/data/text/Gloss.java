package org.narrowbert.model.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A WordNet gloss as sentences: the definition and the examples.
 *
 * <p>A gloss is parts between semicolons outside of quotation marks. A part that begins with a quotation mark is an example: its quotations
 * are sentences, and what follows them, the name of the author, is left out. Other parts in a row are one definition, with its semicolons.
 * A backquote, which WordNet uses to open an inner quotation, becomes an apostrophe. Nothing else is changed.
 *
 * @param sentences in the gloss's order, without a full stop added
 */
record Gloss(List<String> sentences) {
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** The gloss of a line of a WordNet data file: what follows the bar. */
    static Gloss ofDataLine(String line) {
        int bar = line.indexOf('|');
        return of(bar < 0 ? "" : line.substring(bar + 1));
    }

    static Gloss of(String text) {
        List<String> sentences = new ArrayList<>();
        List<String> definition = new ArrayList<>();
        for (String part : parts(BLANKS.matcher(text.replace('`', '\'')).replaceAll(" "))) {
            if (part.startsWith("\"")) {
                endDefinition(definition, sentences);
                String[] quotations = part.split("\"", -1);
                for (int i = 1; i < quotations.length; i += 2) {
                    addSentence(quotations[i], sentences);
                }
            } else if (!part.isEmpty()) {
                definition.add(part);
            }
        }
        endDefinition(definition, sentences);
        return new Gloss(List.copyOf(sentences));
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            quoted ^= text.charAt(i) == '"';
            if (text.charAt(i) == ';' && !quoted) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return parts;
    }

    private static void endDefinition(List<String> definition, List<String> sentences) {
        addSentence(String.join("; ", definition), sentences);
        definition.clear();
    }

    private static void addSentence(String sentence, List<String> sentences) {
        if (!sentence.isBlank()) {
            sentences.add(sentence.strip());
        }
    }

    /** The sentences after each other, each ended by a full stop unless it ends itself. */
    String text() {
        return sentences.stream()
                .map(sentence -> ".?!".indexOf(sentence.charAt(sentence.length() - 1)) < 0 ? sentence + "." : sentence)
                .collect(Collectors.joining(" "));
    }
}
