package org.narrowbert.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.LinearShape;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.layout.Layout;

class LinearShapesTest {
    private static final Extents LIMITS = new Extents(4, 64, 12, 0).upTo(16);

    private static Map<LinearShape, Integer> shapes(NarrowAttention form) {
        BertConfig config = BertConfig.builder(Layout.parse("{sf}1:{sf}3"), new ModelShape(4, 32, 2, 48), 100)
                .build();
        return LinearShapes.of(MaskedLanguageModel.training(config, LastLayer.NARROWED)
                .trainingPlan(LIMITS, LayerSet.NONE, new NarrowAttentionChoice(form, CostModel.TYPICAL)));
    }

    @Test
    void keysAndValuesOfAllNarrowLayersAreTriedAsTheOneLayerThatTheyAre() {
        assertThat(shapes(NarrowAttention.PROJECTED))
                .containsEntry(new LinearShape(64, 32, 6 * 32), 1)
                .containsEntry(new LinearShape(64, 32, 32), 4)
                .containsEntry(new LinearShape(64, 32, 48), 1)
                .containsEntry(new LinearShape(12, 32, 48), 3);
    }

    @Test
    void whereNobodyNeedsThemTheyAreNotTried() {
        assertThat(shapes(NarrowAttention.ABSORBED).keySet())
                .extracting(LinearShape::out)
                .doesNotContain(6 * 32);
    }
}
