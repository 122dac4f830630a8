package org.narrowbert.model.task.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.WordsExample;

/** Makes examples of sentences and the labels of their words. Equal words are one object. For one reading. */
final class WordsCollector {
    /**
     * A sentence before its labels have numbers.
     *
     * @param where file and line
     */
    private record Sentence(List<String> words, List<String> labels, int document, String where) {}

    private final Path source;
    private final LabelNames labels;
    private final boolean labelled;
    private final Map<String, String> known = new HashMap<>();
    private final List<Sentence> sentences = new ArrayList<>();

    WordsCollector(Path source, LabelNames labels, boolean labelled) {
        this.source = source;
        this.labels = labels;
        this.labelled = labelled;
    }

    /**
     * Takes a sentence.
     *
     * @param names labels of its words; empty where it has none
     * @param where file and line, for an error message
     */
    void add(List<String> words, List<String> names, int document, String where) {
        if (labelled && names.isEmpty()) {
            throw new RunError(
                    where + " has words without labels: every word to learn from or to measure on must have one");
        }
        sentences.add(new Sentence(
                shared(words), shared(names.stream().map(labels::meant).toList()), document, where));
    }

    private List<String> shared(List<String> words) {
        return words.stream()
                .map(word -> known.computeIfAbsent(word, same -> same))
                .toList();
    }

    /** The examples, by the sorted labels; tags of IOB1 as IOB2. */
    LabelledSet<WordsExample> finish(ReadingCounts counts) {
        if (sentences.isEmpty()) {
            throw new RunError(source + " has no sentence: name a file with words");
        }
        if (TagScheme.isIob1(sentences.stream().map(Sentence::labels).toList())) {
            counts.tell(source + " is tagged as IOB1 has it: its entities are made to begin with B, as IOB2 has it.");
            sentences.replaceAll(sentence -> new Sentence(
                    sentence.words(), TagScheme.iob2(sentence.labels()), sentence.document(), sentence.where()));
        }
        List<List<Integer>> numbers = new ArrayList<>(sentences.size());
        for (Sentence sentence : sentences) {
            numbers.add(sentence.labels().stream()
                    .map(name -> labels.number(name, sentence.where()))
                    .toList());
        }
        int[] order = labels.order();
        List<WordsExample> examples = new ArrayList<>(sentences.size());
        for (int i = 0; i < sentences.size(); i++) {
            Sentence sentence = sentences.get(i);
            examples.add(new WordsExample(
                    sentence.words(),
                    numbers.get(i).stream().map(number -> order[number]).toList(),
                    sentence.document()));
        }
        return new LabelledSet<>(source, TaskKind.TOKEN_LABELS, labels.sorted(), examples, counts.sentences());
    }
}
