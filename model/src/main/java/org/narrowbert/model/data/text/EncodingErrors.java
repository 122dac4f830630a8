package org.narrowbert.model.data.text;

/** What is done about bytes that are not UTF-8, and about what else no text has: NUL and halves of surrogate pairs. */
public enum EncodingErrors {
    /** The file is refused, with the place of the first. */
    STRICT,
    /** Each becomes U+FFFD, which BERT's normalisation drops; the user is told how often. */
    REPLACE
}
