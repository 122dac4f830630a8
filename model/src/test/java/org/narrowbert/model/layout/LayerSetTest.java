package org.narrowbert.model.layout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerSetTest {
    private static final Layout LAYOUT = Layout.parse("{sf}6:{sf}4");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0           | 0
                    5,0-2, 4    | 0-2,4-5
                    n3,1        | 1,n3
                    n0-n3,n1,2  | 2,n0-n3
                    0-5,n0-n3   | 0-5,n0-n3
                    """)
    void layersAreWrittenAsTheyAreReadInOrderAndWithoutRepetition(String given, String canonical) {
        LayerSet layers = LayerSet.parse("--layers", given, LAYOUT);
        assertThat(layers).hasToString(canonical);
        assertThat(LayerSet.parse("--layers", canonical, LAYOUT)).isEqualTo(layers);
    }

    @Test
    void aLayerIsWhateverSublayersHaveItsWeights() {
        Layout contextFirst = Layout.parse("sfsf{s}2:{f}2");
        assertThat(LayerSet.all(contextFirst)).hasToString("0-3,n0-n1");
        LayerSet some = LayerSet.parse("--layers", "1-2,n0", contextFirst);
        assertThat(contextFirst.sublayers().stream()
                        .filter(some::contains)
                        .map(sublayer -> sublayer.kind().letter() + " " + sublayer.weights()))
                .containsExactly(
                        "s bert.encoder.layer.1",
                        "f bert.encoder.layer.1",
                        "s bert.encoder.layer.2",
                        "f bert.encoder_narrow.layer.0");
        assertThat(LayerSet.NONE.isEmpty()).isTrue();
        assertThat(LayerSet.NONE).hasToString("");
        assertThat(some.isEmpty()).isFalse();
    }
}
