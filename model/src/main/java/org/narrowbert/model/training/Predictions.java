package org.narrowbert.model.training;

/** What a run's losses are means over, in the words of its logs. */
public enum Predictions {
    /** Of pretraining. */
    MASKED_TOKENS("masked_tokens", "blocks"),
    /** Of fine-tuning: texts, words or questions. */
    LABELS("labels", "examples");

    private final String key;
    private final String samples;

    Predictions(String key, String samples) {
        this.samples = samples;
        this.key = key;
    }

    /** The name in a log's line. */
    public String key() {
        return key;
    }

    /** What validations go through, for people. */
    public String samples() {
        return samples;
    }

    /** For people. */
    public String text() {
        return key.replace('_', ' ');
    }
}
