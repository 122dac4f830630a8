package org.narrowbert.model.heads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.graph.DropoutOp;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.FrozenLayers;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.ModelSize;
import org.narrowbert.model.layout.Layout;

/** What a classifier reads is dropped as its config.json says: by classifier_dropout, or else by hidden_dropout_prob. */
class HeadDropoutTest {
    private static List<Float> rates(OptionalDouble ofClassifier) {
        BertConfig config = BertConfig.builder(Layout.dense(2), ModelSize.TINY.shape(), 100)
                .hiddenDropoutProb(0.125)
                .classifierDropout(ofClassifier)
                .build();
        HeadMode training = HeadMode.training(LastLayer.NARROWED, FrozenLayers.NONE);
        return SequenceClassification.of(config, 2, training).graph().ops().stream()
                .filter(DropoutOp.Drop.class::isInstance)
                .map(op -> ((DropoutOp.Drop) op).dropout().rate())
                .toList();
    }

    @Test
    void aClassifiersOwnDropoutIsItsLastOne() {
        assertThat(rates(OptionalDouble.empty()).getLast()).isEqualTo(0.125f);
        assertThat(rates(OptionalDouble.of(0.5)).getLast()).isEqualTo(0.5f);
        assertThat(rates(OptionalDouble.of(0)))
                .hasSize(rates(OptionalDouble.empty()).size() - 1);
    }
}
