package org.narrowbert.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.error.UserError;

class ModelSizeTest {
    @ParameterizedTest
    @CsvSource({
        "tiny, 2, 128, 2, 512",
        "mini, 4, 256, 4, 1024",
        "small, 4, 512, 8, 2048",
        "medium, 8, 512, 8, 2048",
        "base, 12, 768, 12, 3072",
        "LARGE, 24, 1024, 16, 4096",
    })
    void sizesAreThoseBertWasReleasedIn(String name, int layers, int hidden, int heads, int intermediate) {
        assertThat(ModelSize.named(name).shape()).isEqualTo(new ModelShape(layers, hidden, heads, intermediate));
    }

    @Test
    void anotherHiddenSizeBringsHeadsAndIntermediateSizeThatFitIt() {
        assertThat(ModelSize.MINI.shape().withHiddenSize(192)).isEqualTo(new ModelShape(4, 192, 3, 768));
        assertThat(ModelSize.MINI.shape().withHiddenSize(200)).isEqualTo(new ModelShape(4, 200, 2, 800));
        assertThat(ModelSize.MINI.shape().withHiddenSize(30)).isEqualTo(new ModelShape(4, 30, 1, 120));
        assertThat(ModelSize.MINI.shape().withLayers(6).withAttentionHeads(8).withIntermediateSize(77))
                .isEqualTo(new ModelShape(6, 256, 8, 77));
    }

    @Test
    void anUnknownSizeIsAnsweredWithTheSizesThereAre() {
        assertThatThrownBy(() -> ModelSize.named("huge"))
                .isInstanceOf(UserError.class)
                .hasMessage("model size 'huge' is not known, the sizes are tiny, mini, small, medium, base, large");
    }
}
