package org.narrowbert.model.task.example;

import java.util.List;

/**
 * A sentence of words that have a label each.
 *
 * @param words at least one
 * @param labels of the words, indices in their set's labels; empty where unknown
 * @param document number of the document that the sentence is in, from 0: a file without marks is one document
 */
public record WordsExample(List<String> words, List<Integer> labels, int document) implements Example {
    public WordsExample {
        words = List.copyOf(words);
        labels = List.copyOf(labels);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a sentence without words");
        }
        if (!labels.isEmpty() && labels.size() != words.size()) {
            throw new IllegalArgumentException(words.size() + " words with " + labels.size() + " labels");
        }
    }
}
