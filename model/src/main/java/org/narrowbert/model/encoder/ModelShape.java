package org.narrowbert.model.encoder;

/**
 * How deep and how wide an encoder is.
 *
 * @param layers number of layers
 * @param hiddenSize columns of every activation
 * @param attentionHeads heads of every attention
 * @param intermediateSize columns inside every feed-forward sublayer
 */
public record ModelShape(int layers, int hiddenSize, int attentionHeads, int intermediateSize) {
    /** The width of one head in all of BERT's sizes. */
    private static final int HEAD_WIDTH = 64;

    /** BERT's proportions: heads of width 64, feed-forward sublayers four times as wide as the model. */
    public static ModelShape of(int layers, int hiddenSize) {
        return new ModelShape(layers, 0, 0, 0).withHiddenSize(hiddenSize);
    }

    /** The same with another depth. */
    public ModelShape withLayers(int number) {
        return new ModelShape(number, hiddenSize, attentionHeads, intermediateSize);
    }

    /** The same depth with another width; heads and intermediate size follow in BERT's proportions. */
    public ModelShape withHiddenSize(int size) {
        int heads = Math.max(1, size / HEAD_WIDTH);
        while (size % heads != 0) {
            heads--;
        }
        return new ModelShape(layers, size, heads, 4 * size);
    }

    /** The same with another number of heads. */
    public ModelShape withAttentionHeads(int number) {
        return new ModelShape(layers, hiddenSize, number, intermediateSize);
    }

    /** The same with another feed-forward width. */
    public ModelShape withIntermediateSize(int size) {
        return new ModelShape(layers, hiddenSize, attentionHeads, size);
    }
}
