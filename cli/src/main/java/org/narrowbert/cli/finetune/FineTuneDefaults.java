package org.narrowbert.cli.finetune;

import org.narrowbert.model.task.Task;

/**
 * What a fine-tuning run is told where the user says nothing: for GLUE, IMDB and words the values of NarrowBERT's experiments, for SQuAD and choices those
 * of Hugging Face's scripts.
 *
 * @param learningRate highest rate
 * @param epochs passes over the training examples
 * @param maxSeqLength tokens of a sequence
 */
record FineTuneDefaults(double learningRate, double epochs, int maxSeqLength) {
    private static final int SENTENCES = 128;
    private static final int DOCUMENTS = 512;
    private static final int CONTEXTS = 384;

    static FineTuneDefaults of(Task task) {
        return switch (task.kind()) {
            case SINGLE_LABEL, MULTI_LABEL, REGRESSION ->
                switch (task.name()) {
                    case "imdb", "amazon-2", "amazon-5" -> new FineTuneDefaults(5e-5, 10, DOCUMENTS);
                    case "texts" -> new FineTuneDefaults(5e-5, 10, SENTENCES);
                    case "wordnet" -> new FineTuneDefaults(1e-4, 1, SENTENCES);
                    default -> new FineTuneDefaults(1e-5, 8, SENTENCES);
                };
            case TOKEN_LABELS -> new FineTuneDefaults(5e-5, 5, SENTENCES);
            case MULTIPLE_CHOICE -> new FineTuneDefaults(5e-5, 3, SENTENCES);
            case QUESTION_ANSWERING -> new FineTuneDefaults(3e-5, 2, CONTEXTS);
        };
    }
}
