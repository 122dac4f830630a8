package org.narrowbert.model.layout;

/**
 * One sublayer of a layout and where its weights are.
 *
 * @param kind {@link Step#ATTENTION} or {@link Step#FEED_FORWARD}
 * @param narrow whether it stands right of the colon
 * @param number how many sublayers of its kind come before it on its side of the colon: N in the names of its weights
 * @param bertLayer how many sublayers of its kind come before it in the whole layout: the layer of a plain BERT whose weights it takes when
 *     a BERT is converted to this layout
 */
public record Sublayer(Step kind, boolean narrow, int number, int bertLayer) {
    public Sublayer {
        if (!kind.isSublayer()) {
            throw new IllegalArgumentException(kind + " is not a sublayer");
        }
    }

    /** What the names of its weights begin with, without a dot at the end: {@code bert.encoder.layer.3}. */
    public String weights() {
        return (narrow ? "bert.encoder_narrow.layer." : "bert.encoder.layer.") + number;
    }
}
