package org.narrowbert.model.encoder;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.narrowbert.engine.error.UserError;

/** The sizes BERT was released in: base and large, and the miniatures of "Well-Read Students Learn Better". */
public enum ModelSize {
    TINY(2, 128),
    MINI(4, 256),
    SMALL(4, 512),
    MEDIUM(8, 512),
    BASE(12, 768),
    LARGE(24, 1024);

    private final int layers;
    private final int hiddenSize;

    ModelSize(int layers, int hiddenSize) {
        this.layers = layers;
        this.hiddenSize = hiddenSize;
    }

    /** Its depth and widths. */
    public ModelShape shape() {
        return ModelShape.of(layers, hiddenSize);
    }

    /**
     * The size of a name as {@code --size} takes it.
     *
     * @throws UserError listing the names there are
     */
    public static ModelSize named(String name) {
        return Arrays.stream(values())
                .filter(size -> size.toString().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new UserError("model size '" + name + "' is not known, the sizes are "
                        + Arrays.stream(values()).map(ModelSize::toString).collect(Collectors.joining(", "))));
    }

    /** The name as {@code --size} takes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
