/**
 * Labelled examples in memory: texts, words, choices and questions with what is known of them. In: examples of a set. Out: parts of it, what always
 * answering the most frequent label reaches, and the set as JSON Lines.
 */
package org.narrowbert.model.task.example;
