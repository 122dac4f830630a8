package org.narrowbert.model.encoder;

import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.layout.Sublayer;

/**
 * Which part of an encoder fine-tuning leaves as it is, from the embeddings up. Nothing below is differentiated: its backward pass is not paid for.
 *
 * @param embeddings whether the embeddings are frozen
 * @param layers so many of the first layers, by the number in their weights' names; frozen only with the embeddings
 */
public record FrozenLayers(boolean embeddings, int layers) {
    /** Everything is trained. */
    public static final FrozenLayers NONE = new FrozenLayers(false, 0);

    public FrozenLayers {
        if (layers < 0 || layers > 0 && !embeddings) {
            throw new IllegalArgumentException(layers + " frozen layers above embeddings that are trained");
        }
    }

    /** The embeddings and so many layers above them. */
    public static FrozenLayers upTo(int layers) {
        return new FrozenLayers(true, layers);
    }

    /**
     * Makes sure that a layout can be frozen so far.
     *
     * @throws UserError where some but not all of the narrow rows' layers would be frozen: their keys and values are one product
     */
    public void require(Layout layout) {
        long full = layout.sublayers().stream()
                        .filter(sublayer -> !sublayer.narrow())
                        .mapToLong(Sublayer::bertLayer)
                        .max()
                        .orElse(-1)
                + 1;
        if (layers > full && layers < layout.numHiddenLayers() || layers > layout.numHiddenLayers()) {
            throw new UserError(
                    "--freeze-layers is " + layers + ", but " + layout.text() + " can be frozen up to layer " + full
                            + " or, all " + layout.numHiddenLayers() + " layers, as a whole");
        }
    }

    /** Whether a sublayer's weights may stay as they are; those of narrow rows only if all do. */
    boolean contains(Sublayer sublayer, Layout layout) {
        return sublayer.narrow() ? layers >= layout.numHiddenLayers() : sublayer.bertLayer() < layers;
    }
}
