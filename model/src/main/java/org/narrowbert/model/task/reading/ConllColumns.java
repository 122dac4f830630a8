package org.narrowbert.model.task.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.Texts;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.WordsExample;

/**
 * CoNLL's columns: a word a line, in the first column, with its label in the last; an empty line ends a sentence, a line of -DOCSTART- begins a document.
 * Blanks or a tab stand between columns.
 */
record ConllColumns() implements ExampleFormat {
    private static final String DOCUMENT = "-DOCSTART-";
    private static final Pattern BLANKS = Pattern.compile(" +");
    private static final Pattern TABS = Pattern.compile("\t+");

    @Override
    public LabelledSet<WordsExample> read(Path source, LabelNames labels, boolean labelled) {
        WordsCollector collector = new WordsCollector(source, labels, labelled);
        try (Texts lines = Texts.lines(source)) {
            new Reading(source, lines, collector, labelled).all();
        }
        return collector.finish(new ReadingCounts());
    }

    /** One file's reading. */
    private static final class Reading {
        private final Path source;
        private final Texts lines;
        private final WordsCollector collector;
        private final boolean labelled;
        private final List<String> words = new ArrayList<>();
        private final List<String> labels = new ArrayList<>();
        private String begin = "";
        private String firstPlace = "";
        private int columns;
        private int document;
        private boolean sentenceInDocument;

        Reading(Path source, Texts lines, WordsCollector collector, boolean labelled) {
            this.source = source;
            this.lines = lines;
            this.collector = collector;
            this.labelled = labelled;
        }

        void all() {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                String text = line.get();
                if (isBlank(text)) {
                    endSentence();
                } else if (text.startsWith(DOCUMENT)) {
                    endSentence();
                    document += sentenceInDocument ? 1 : 0;
                    sentenceInDocument = false;
                } else {
                    word(text);
                }
            }
            endSentence();
        }

        private static boolean isBlank(String line) {
            return line.chars().allMatch(c -> c == ' ' || c == '\t');
        }

        private void word(String line) {
            String[] fields = (line.indexOf('\t') >= 0 ? TABS.split(line) : BLANKS.split(line.strip()));
            check(fields);
            if (words.isEmpty()) {
                begin = source + ", the sentence of " + lines.place() + ",";
            }
            words.add(fields[0]);
            if (fields.length > 1) {
                labels.add(fields[fields.length - 1].strip());
            }
        }

        private void check(String[] fields) {
            if (columns == 0) {
                columns = fields.length;
                firstPlace = lines.place();
            }
            if (fields.length != columns) {
                throw new RunError(lines.where() + " has " + count(fields.length) + ", and " + firstPlace + " has "
                        + columns + ": each word must have as many, mend the line");
            }
            if (fields.length == 1 && labelled) {
                throw new RunError(lines.where() + " has one column, the word, and no label: a word, blanks or a tab,"
                        + " and a label belong there");
            }
            if (fields[0].isEmpty()) {
                throw new RunError(lines.where() + " has a label and no word: mend the line");
            }
        }

        private static String count(int columns) {
            return columns + (columns == 1 ? " column" : " columns");
        }

        private void endSentence() {
            if (!words.isEmpty()) {
                collector.add(words, labels, document, begin);
                words.clear();
                labels.clear();
                sentenceInDocument = true;
            }
        }
    }
}
