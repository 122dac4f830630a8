package org.narrowbert.model.onnx;

/** What an exported graph takes for the rows that a head reads. */
enum NarrowRows {
    /** All of them. */
    EVERY_TOKEN,
    /** Those that an input names. */
    POSITIONS,
    /** The first of each sequence, [CLS]. */
    FIRST_TOKEN;

    static NarrowRows of(LogitRows rows) {
        return switch (rows) {
            case EVERY_TOKEN -> EVERY_TOKEN;
            case POSITIONS -> POSITIONS;
        };
    }
}
